package dev.berth.gateway.portal;

import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.account.Signup;
import dev.berth.gateway.account.Signups;
import dev.berth.gateway.edge.Csrf;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.schema.id.SessionId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Sign-up, sign-in, sign-out. */
@Controller
class AccessPages {
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

    private final Signups signups;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Shells shells;

    AccessPages(Signups signups, Sessions sessions, SessionCookie cookie, Shells shells) {
        this.signups = signups;
        this.sessions = sessions;
        this.cookie = cookie;
        this.shells = shells;
    }

    @GetMapping("/signup")
    String signup(Principal visitor, Model model, HttpServletRequest request) {
        return visitor instanceof Principal.Customer
                ? "redirect:/overview"
                : signupForm(model, request, Typed.NOTHING, null);
    }

    @PostMapping("/signup")
    String signUp(
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "USD") String currency,
            @RequestParam(name = "time_zone", defaultValue = "UTC") String timeZone,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            SignedUp made = signups.signup(new Signup(email, password, name, currency, timeZone, null), context);
            SignedIn session = sessions.begin(made);
            cookie.write(response, session.cookie(), Sessions.LIFE);
            model.addAttribute(
                    "shell", shells.of(made.account(), made.user().id(), "/welcome", Csrf.tokenOf(session.cookie())));
            model.addAttribute("secret", made.apiKey().secret());
            model.addAttribute("example", Examples.firstWorkload(request));
            return "welcome";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return signupForm(model, request, new Typed(name, email, currency, timeZone), refusal);
        }
    }

    private String signupForm(Model model, HttpServletRequest request, Typed typed, @Nullable Refusal refusal) {
        form(model, request, typed, refusal);
        model.addAttribute("signup", true);
        model.addAttribute("title", "Create an account");
        model.addAttribute("lead", "No card needed. You get a private network, a quota and an API key.");
        model.addAttribute("action", "/signup");
        model.addAttribute("currencies", CURRENCIES);
        model.addAttribute("zones", ZONES);
        return "access";
    }

    @GetMapping("/signin")
    String signin(
            @RequestParam(required = false) @Nullable String next,
            Principal visitor,
            Model model,
            HttpServletRequest request) {
        return visitor instanceof Principal.Customer
                ? "redirect:" + local(next)
                : signinForm(model, request, Typed.NOTHING, next, null);
    }

    @PostMapping("/signin")
    String signIn(
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(required = false) @Nullable String code,
            @RequestParam(required = false) @Nullable String next,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            SignedIn session = sessions.signIn(email, password, code, context.address());
            cookie.write(response, session.cookie(), Sessions.LIFE);
            return "redirect:" + local(next);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            ErrorCode why = refusal.problem().code();
            model.addAttribute(
                    "asksCode", why == ErrorCode.SECOND_FACTOR_REQUIRED || why == ErrorCode.WRONG_SECOND_FACTOR);
            return signinForm(model, request, new Typed("", email, "", ""), next, refusal);
        }
    }

    private String signinForm(
            Model model, HttpServletRequest request, Typed typed, @Nullable String next, @Nullable Refusal refusal) {
        form(model, request, typed, refusal);
        model.addAttribute("signup", false);
        model.addAttribute("title", "Sign in");
        model.addAttribute("lead", "Welcome back.");
        model.addAttribute("action", "/signin");
        model.addAttribute("next", next);
        return "access";
    }

    private void form(Model model, HttpServletRequest request, Typed typed, @Nullable Refusal refusal) {
        shells.dress(model, request);
        model.addAttribute("form", typed);
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
    }

    @PostMapping("/signout")
    String signOut(Principal visitor, HttpServletResponse response) {
        if (visitor instanceof Principal.Customer customer) {
            SessionId session = customer.session();
            if (session != null) {
                sessions.signOut(session);
            }
        }
        cookie.clear(response);
        return "redirect:/";
    }

    /** A page of ours to go on to; anything else would let a link send people elsewhere after they signed in. */
    static String local(@Nullable String next) {
        return next != null && next.matches("/(?!/|v1/|operator/)[A-Za-z0-9/_-]{0,200}") ? next : "/overview";
    }
}
