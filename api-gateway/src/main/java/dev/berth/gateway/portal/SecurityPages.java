package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.factor.Factors;
import dev.berth.gateway.login.Errand;
import dev.berth.gateway.login.Login;
import dev.berth.gateway.login.LoginCookie;
import dev.berth.gateway.login.Logins;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** How the visitor signs in: the second factor, and logins at the provider. */
@Controller
class SecurityPages {
    private final Factors factors;
    private final Logins logins;
    private final LoginCookie cookie;
    private final Shells shells;

    SecurityPages(Factors factors, Logins logins, LoginCookie cookie, Shells shells) {
        this.factors = factors;
        this.logins = logins;
        this.cookie = cookie;
        this.shells = shells;
    }

    @GetMapping("/security")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String view(Principal.Customer visitor, Model model, HttpServletRequest request) {
        return page(visitor, null, model, request);
    }

    @PostMapping("/security/begin")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String begin(Principal.Customer visitor, Model model, HttpServletRequest request) {
        model.addAttribute("begun", factors.begin(visitor));
        return page(visitor, null, model, request);
    }

    @PostMapping("/security/confirm")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String confirm(
            @RequestParam(defaultValue = "") String code,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            model.addAttribute("codes", factors.confirm(visitor, code));
            return page(visitor, null, model, request);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/security/end")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String end(
            @RequestParam(defaultValue = "") String code,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            factors.end(visitor, code);
            return "redirect:/security";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    /** Leads on by a link: the policy of pages lets no form end elsewhere. */
    @PostMapping("/security/link")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String link(
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        return leave(new Errand.Link(visitor), visitor, context, model, request, response);
    }

    /** Leads to the provider and back to the page that asked who is there; by a link, as above. */
    @PostMapping("/security/prove")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String prove(
            @RequestParam(defaultValue = "") String next,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        model.addAttribute("back", AccessForms.local(next));
        Errand errand = new Errand.Prove(visitor, AccessForms.local(next));
        return leave(errand, visitor, context, model, request, response);
    }

    private String leave(
            Errand errand,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            Logins.Departure departure = logins.depart(errand, context.address());
            cookie.write(response, departure.cookie());
            shells.dress(model, request);
            model.addAttribute("links", errand instanceof Errand.Link);
            model.addAttribute("provider", logins.providerName());
            model.addAttribute("away", departure.address().toString());
            return "leave";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    @PostMapping("/security/unlink")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String unlink(
            @RequestParam(defaultValue = "") String login,
            Principal.Customer visitor,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            logins.unlink(visitor, login);
            return "redirect:/security";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return page(visitor, refusal, model, request);
        }
    }

    /** A login on the page. */
    record LoginRow(String id, String issuer, String email, String linked, String used) {
        static LoginRow of(Login login, Format format) {
            Instant used = login.lastUsedAt();
            return new LoginRow(
                    login.id().toString(),
                    login.issuer(),
                    login.email().isEmpty() ? login.subject() : login.email(),
                    format.date(login.createdAt()),
                    used == null ? "never" : format.time(used));
        }
    }

    private String page(
            Principal.Customer visitor, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute("provider", logins.providerName());
        model.addAttribute(
                "logins",
                logins.list(visitor.user()).stream()
                        .map(login -> LoginRow.of(login, format))
                        .toList());
        model.addAttribute("factor", factors.view(visitor.user()));
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        return "security";
    }
}
