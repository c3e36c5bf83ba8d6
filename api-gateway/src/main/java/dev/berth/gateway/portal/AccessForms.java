package dev.berth.gateway.portal;

import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.edge.Csrf;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.login.Logins;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** The forms of sign-up and sign-in, which several pages show. */
@Component
class AccessForms {
    static final List<String> CURRENCIES = List.of("USD", "EUR", "GBP", "JPY", "KWD");
    private static final List<String> ZONES = ZoneId.getAvailableZoneIds().stream()
            .filter(zone ->
                    zone.equals("UTC") || zone.matches("(Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/.*"))
            .sorted()
            .toList();

    /** What was typed, to show it again; never the password. */
    record Typed(String name, String email, String currency, String timeZone) {
        static final Typed NOTHING = new Typed("", "", "USD", "UTC");
    }

    private final Shells shells;
    private final Logins logins;

    AccessForms(Shells shells, Logins logins) {
        this.shells = shells;
        this.logins = logins;
    }

    /** A page of ours to go on to; anything else would let a link send people elsewhere after they signed in. */
    static String local(@Nullable String next) {
        return next != null && next.matches("/(?!/|v1/|operator/)[A-Za-z0-9/_-]{0,200}") ? next : "/overview";
    }

    String signup(Model model, HttpServletRequest request, Typed typed, @Nullable Refusal refusal) {
        form(model, request, typed, refusal);
        model.addAttribute("signup", true);
        model.addAttribute("title", "Create an account");
        model.addAttribute("lead", "No card needed. You get a private network, a quota and an API key.");
        model.addAttribute("action", "/signup");
        model.addAttribute("provider", logins.signsUp() ? logins.providerName() : null);
        return "access";
    }

    String signin(
            Model model, HttpServletRequest request, Typed typed, @Nullable String next, @Nullable Refusal refusal) {
        form(model, request, typed, refusal);
        model.addAttribute("signup", false);
        model.addAttribute("title", "Sign in");
        model.addAttribute("lead", "Welcome back.");
        model.addAttribute("action", "/signin");
        model.addAttribute("next", next);
        model.addAttribute("provider", logins.providerName());
        return "access";
    }

    /** What who just signed up is shown, with the secret of their first key. */
    String welcome(Model model, HttpServletRequest request, SignedUp made, SignedIn session) {
        model.addAttribute(
                "shell", shells.of(made.account(), made.user().id(), "/welcome", Csrf.tokenOf(session.cookie())));
        model.addAttribute("secret", made.apiKey().secret());
        model.addAttribute("example", Examples.firstWorkload(request));
        return "welcome";
    }

    void form(Model model, HttpServletRequest request, Typed typed, @Nullable Refusal refusal) {
        shells.dress(model, request);
        model.addAttribute("form", typed);
        model.addAttribute("passwords", logins.passwords());
        model.addAttribute("currencies", CURRENCIES);
        model.addAttribute("zones", ZONES);
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
    }
}
