package dev.berth.gateway.portal;

import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.account.Signup;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.gateway.login.Arrival;
import dev.berth.gateway.login.Errand;
import dev.berth.gateway.login.LoginCookie;
import dev.berth.gateway.login.Logins;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/**
 * The way to the provider and back. It begins with a link and not with a form: browsers hold a form's redirects to the policy of the page
 * that it is on, which names no provider.
 */
@Controller
class LoginPages {
    private final Logins logins;
    private final Sessions sessions;
    private final SessionCookie session;
    private final LoginCookie cookie;
    private final AccessForms forms;

    LoginPages(Logins logins, Sessions sessions, SessionCookie session, LoginCookie cookie, AccessForms forms) {
        this.logins = logins;
        this.sessions = sessions;
        this.session = session;
        this.cookie = cookie;
        this.forms = forms;
    }

    @GetMapping("/signin/oidc")
    ModelAndView begin(
            @RequestParam(required = false) @Nullable String next,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        String local = AccessForms.local(next);
        if (context.principal() instanceof Principal.Customer) {
            return new ModelAndView("redirect:" + local);
        }
        return leave(new Errand.SignIn(local), local, context, model, request, response);
    }

    /** Accepts an invitation with a login; whether new people may sign up by the provider does not matter. */
    @GetMapping("/join/{token}/oidc")
    ModelAndView join(
            @PathVariable String token,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        return leave(new Errand.Join(token), null, context, model, request, response);
    }

    private ModelAndView leave(
            Errand errand,
            @Nullable String next,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            Logins.Departure departure = logins.depart(errand, context.address());
            cookie.write(response, departure.cookie());
            RedirectView away = new RedirectView(departure.address().toString());
            away.setExpandUriTemplateVariables(false);
            return new ModelAndView(away);
        } catch (Refusal refusal) {
            return new ModelAndView(refused(refusal, next, model, request, response), model.asMap());
        }
    }

    @GetMapping("/signin/oidc/callback")
    String back(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String code,
            @RequestParam(required = false) @Nullable String error,
            @RequestParam(required = false) @Nullable String iss,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Logins.Return answer = new Logins.Return(state, code, error, iss);
        try {
            Arrival arrival = logins.arrive(cookie.read(request), answer, context.principal(), context.address());
            return switch (arrival) {
                case Arrival.In in -> enter(in, response);
                case Arrival.NeedsCode _ -> "redirect:/signin/oidc/code";
                case Arrival.NeedsSignup _ -> "redirect:/signup/oidc";
                case Arrival.Linked _ -> {
                    cookie.clear(response);
                    yield "redirect:/security";
                }
                case Arrival.Shown shown -> {
                    cookie.clear(response);
                    yield "redirect:" + AccessForms.local(shown.next());
                }
            };
        } catch (Refusal refusal) {
            if (context.principal() instanceof Principal.Customer) {
                throw refusal; // who links: a page of its own says why not
            }
            return refused(refusal, null, model, request, response);
        }
    }

    private String enter(Arrival.In in, HttpServletResponse response) {
        cookie.clear(response);
        session.write(response, in.session().cookie(), Sessions.LIFE);
        return "redirect:" + AccessForms.local(in.next());
    }

    /** The sign-in page, which says why not and what else there is. */
    private String refused(
            Refusal refusal,
            @Nullable String next,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        response.setStatus(refusal.problem().code().status());
        if (refusal.problem().retryAfter() != null) {
            response.setHeader(
                    HttpHeaders.RETRY_AFTER,
                    String.valueOf(Objects.requireNonNull(refusal.problem().retryAfter())
                            .toSeconds()));
        }
        return forms.signin(model, request, AccessForms.Typed.NOTHING, next, refusal);
    }

    @GetMapping("/signin/oidc/code")
    String code(Model model, HttpServletRequest request, HttpServletResponse response) {
        try {
            logins.checkCode(cookie.read(request));
            return step("code", AccessForms.Typed.NOTHING, null, model, request);
        } catch (Refusal refusal) {
            return refused(refusal, null, model, request, response);
        }
    }

    @PostMapping("/signin/oidc/code")
    String showCode(
            @RequestParam(defaultValue = "") String code,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        String held = cookie.read(request);
        try {
            logins.checkCode(held);
        } catch (Refusal refusal) {
            return refused(refusal, null, model, request, response);
        }
        try {
            return enter(logins.showCode(held, code), response);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return step("code", AccessForms.Typed.NOTHING, refusal, model, request);
        }
    }

    @GetMapping("/signup/oidc")
    String form(Model model, HttpServletRequest request, HttpServletResponse response) {
        try {
            Logins.Newcomer newcomer = logins.newcomer(cookie.read(request));
            AccessForms.Typed typed = new AccessForms.Typed(newcomer.fullName(), newcomer.email(), "USD", "UTC");
            return step("signup", typed, null, model, request);
        } catch (Refusal refusal) {
            return refused(refusal, null, model, request, response);
        }
    }

    @PostMapping("/signup/oidc")
    String signUp(
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "USD") String currency,
            @RequestParam(name = "time_zone", defaultValue = "UTC") String timeZone,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        String held = cookie.read(request);
        Logins.Newcomer newcomer;
        try {
            newcomer = logins.newcomer(held);
        } catch (Refusal refusal) {
            return refused(refusal, null, model, request, response);
        }
        try {
            SignedUp made = logins.signUp(held, new Signup(null, null, name, currency, timeZone, null), context);
            SignedIn begun = sessions.begin(made);
            cookie.clear(response);
            session.write(response, begun.cookie(), Sessions.LIFE);
            return forms.welcome(model, request, made, begun);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            AccessForms.Typed typed = new AccessForms.Typed(name, newcomer.email(), currency, timeZone);
            return step("signup", typed, refusal, model, request);
        }
    }

    private String step(
            String kind, AccessForms.Typed typed, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        forms.form(model, request, typed, refusal);
        model.addAttribute("kind", kind);
        model.addAttribute("provider", logins.providerName());
        return "login";
    }
}
