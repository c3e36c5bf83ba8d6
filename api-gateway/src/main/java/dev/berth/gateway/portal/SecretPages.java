package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.registry.RegistryCredentialView;
import dev.berth.gateway.registry.RegistryCredentials;
import dev.berth.gateway.secret.SecretView;
import dev.berth.gateway.secret.Secrets;
import dev.berth.schema.id.SecretId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Secrets, and credentials for registries: kept, changed, deleted; a value is never shown. */
@Controller
class SecretPages {
    /** A secret in the table. */
    record Row(String id, String name, int version, List<User> users, String updated) {
        static Row of(SecretView view, Format format) {
            return new Row(
                    view.id().toString(),
                    view.name(),
                    view.version(),
                    view.usedBy().stream()
                            .map(user -> new User("/workloads/" + user.workload(), user.name()))
                            .toList(),
                    format.time(view.updatedAt()));
        }
    }

    /** Credentials in their table. */
    record Login(String registry, String username, List<User> users, String updated) {
        static Login of(RegistryCredentialView view, Format format) {
            return new Login(
                    view.registry(),
                    view.username(),
                    view.usedBy().stream()
                            .map(user -> new User("/workloads/" + user.workload(), user.name()))
                            .toList(),
                    format.time(view.updatedAt()));
        }
    }

    /** A workload that uses it. */
    record User(String href, String name) {}

    private final Secrets secrets;
    private final RegistryCredentials credentials;
    private final Shells shells;

    SecretPages(Secrets secrets, RegistryCredentials credentials, Shells shells) {
        this.secrets = secrets;
        this.credentials = credentials;
        this.shells = shells;
    }

    @GetMapping("/secrets")
    @Requires(Scope.SECRETS_READ)
    String list(Principal.Customer visitor, Model model, HttpServletRequest request) {
        return page(visitor, null, model, request);
    }

    private String page(
            Principal.Customer visitor, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute(
                "secrets",
                secrets.list(visitor.account()).stream()
                        .map(view -> Row.of(view, format))
                        .toList());
        model.addAttribute(
                "registries",
                credentials.list(visitor.account()).stream()
                        .map(view -> Login.of(view, format))
                        .toList());
        model.addAttribute("may", visitor.may(Scope.SECRETS_WRITE));
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        model.addAttribute("example", Examples.get(request, "/v1/secrets"));
        return "secrets";
    }

    @PostMapping("/secrets")
    @Requires(Scope.SECRETS_WRITE)
    String make(
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String value,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            SecretView _ = secrets.create(visitor.account(), name, Lines.sent(value));
            return "redirect:/secrets";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("name", name);
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/secrets/{id}/change")
    @Requires(Scope.SECRETS_WRITE)
    String change(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String value,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            SecretView _ = secrets.change(visitor.account(), parse(id), Lines.sent(value), context.cause());
            return "redirect:/secrets";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/secrets/{id}/delete")
    @Requires(Scope.SECRETS_WRITE)
    String delete(
            @PathVariable String id,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            secrets.delete(visitor.account(), parse(id));
            return "redirect:/secrets";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/registry_credentials")
    @Requires(Scope.SECRETS_WRITE)
    String makeCredential(
            @RequestParam(defaultValue = "") String registry,
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "") String password,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            RegistryCredentialView _ =
                    credentials.create(visitor.account(), registry, username, Lines.sent(password), context.cause());
            return "redirect:/secrets";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("registry", registry);
            model.addAttribute("username", username);
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/registry_credentials/{registry}/change")
    @Requires(Scope.SECRETS_WRITE)
    String changeCredential(
            @PathVariable String registry,
            @RequestParam(defaultValue = "") String password,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            RegistryCredentialView _ =
                    credentials.change(visitor.account(), registry, null, Lines.sent(password), context.cause());
            return "redirect:/secrets";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/registry_credentials/{registry}/delete")
    @Requires(Scope.SECRETS_WRITE)
    String deleteCredential(
            @PathVariable String registry,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            credentials.delete(visitor.account(), registry, context.cause());
            return "redirect:/secrets";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    private static SecretId parse(String id) {
        return Secrets.parse(id).orElseThrow(() -> Secrets.missing(id));
    }
}
