package dev.berth.gateway.portal;

import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.account.Signup;
import dev.berth.gateway.account.Signups;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.schema.id.SessionId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Sign-up, sign-in, sign-out. */
@Controller
class AccessPages {
    private final Signups signups;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final AccessForms forms;

    AccessPages(Signups signups, Sessions sessions, SessionCookie cookie, AccessForms forms) {
        this.forms = forms;
        this.signups = signups;
        this.sessions = sessions;
        this.cookie = cookie;
    }

    @GetMapping("/signup")
    String signup(Principal visitor, Model model, HttpServletRequest request) {
        return visitor instanceof Principal.Customer
                ? "redirect:/overview"
                : forms.signup(model, request, AccessForms.Typed.NOTHING, null);
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
            return forms.welcome(model, request, made, session);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return forms.signup(model, request, new AccessForms.Typed(name, email, currency, timeZone), refusal);
        }
    }

    @GetMapping("/signin")
    String signin(
            @RequestParam(required = false) @Nullable String next,
            Principal visitor,
            Model model,
            HttpServletRequest request) {
        return visitor instanceof Principal.Customer
                ? "redirect:" + AccessForms.local(next)
                : forms.signin(model, request, AccessForms.Typed.NOTHING, next, null);
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
            return "redirect:" + AccessForms.local(next);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            ErrorCode why = refusal.problem().code();
            model.addAttribute(
                    "asksCode", why == ErrorCode.SECOND_FACTOR_REQUIRED || why == ErrorCode.WRONG_SECOND_FACTOR);
            return forms.signin(model, request, new AccessForms.Typed("", email, "", ""), next, refusal);
        }
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
}
