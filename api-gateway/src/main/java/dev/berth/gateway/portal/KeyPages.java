package dev.berth.gateway.portal;

import dev.berth.gateway.account.ApiKey;
import dev.berth.gateway.account.ApiKeys;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** API keys: made (and shown once), listed, deleted. */
@Controller
class KeyPages {
    /** A key in the table. */
    record Row(String id, String name, String prefix, String scopes, String made, String used, String ends) {
        static Row of(ApiKey key, Format format) {
            return new Row(
                    key.id().toString(),
                    key.name(),
                    key.prefix(),
                    key.scopes().stream().map(Scope::text).collect(Collectors.joining(", ")),
                    format.time(key.createdAt()),
                    key.lastUsedAt() == null ? "never" : format.time(key.lastUsedAt()),
                    key.expiresAt() == null ? "does not end" : format.time(key.expiresAt()));
        }
    }

    /** A box to tick. */
    record ScopeChoice(String text, boolean chosen) {}

    private final ApiKeys keys;
    private final Shells shells;
    private final InstantSource clock;

    KeyPages(ApiKeys keys, Shells shells, InstantSource clock) {
        this.clock = clock;
        this.keys = keys;
        this.shells = shells;
    }

    @GetMapping("/keys")
    @Requires(Scope.ACCOUNT_READ)
    String list(Principal.Customer visitor, Paging paging, Model model, HttpServletRequest request) {
        return page(visitor, paging, null, null, model, request);
    }

    @PostMapping("/keys")
    @Requires(Scope.KEYS_WRITE)
    String make(
            @RequestParam(defaultValue = "") String name,
            @RequestParam(required = false) @Nullable List<String> scopes,
            @RequestParam(name = "expires_in_days", defaultValue = "") String days,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Instant ends =
                days.matches("[1-9][0-9]{0,3}") ? clock.instant().plus(Duration.ofDays(Long.parseLong(days))) : null;
        try {
            ApiKeys.Made made = keys.make(visitor, name, scopes == null ? List.of() : List.copyOf(scopes), ends);
            model.addAttribute("secret", made.secret());
            model.addAttribute("secretName", made.key().name());
            return page(visitor, Paging.first(), null, null, model, request);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("name", name);
            return page(visitor, Paging.first(), refusal, scopes, model, request);
        }
    }

    @PostMapping("/keys/{id}/rotate")
    @Requires(Scope.KEYS_WRITE)
    String rotate(
            @PathVariable String id,
            @RequestParam(name = "overlap_s", defaultValue = "0") String overlap,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request) {
        ApiKeys.Made made = keys.rotate(
                visitor,
                id,
                overlap.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(overlap)) : Duration.ZERO);
        model.addAttribute("secret", made.secret());
        model.addAttribute("secretName", made.key().name());
        return page(visitor, Paging.first(), null, null, model, request);
    }

    @PostMapping("/keys/{id}/delete")
    @Requires(Scope.KEYS_WRITE)
    String delete(@PathVariable String id, Principal.Customer visitor) {
        keys.delete(visitor.account(), id);
        return "redirect:/keys";
    }

    private String page(
            Principal.Customer visitor,
            Paging paging,
            @Nullable Refusal refusal,
            @Nullable List<String> chosen,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Page<ApiKey> page = keys.list(visitor.account(), paging);
        model.addAttribute(
                "keys", page.data().stream().map(key -> Row.of(key, format)).toList());
        model.addAttribute("nextCursor", page.nextCursor());
        model.addAttribute(
                "scopes",
                Arrays.stream(Scope.values())
                        .filter(visitor::may)
                        .map(scope -> new ScopeChoice(
                                scope.text(), refusal == null || (chosen != null && chosen.contains(scope.text()))))
                        .toList());
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        model.addAttribute("example", Examples.get(request, "/v1/account"));
        return "keys";
    }
}
