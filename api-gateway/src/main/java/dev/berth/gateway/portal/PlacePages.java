package dev.berth.gateway.portal;

import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.account.Signup;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.SessionCookie;
import dev.berth.gateway.member.Places;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The accounts of the visitor: change to another, open a further one. */
@Controller
class PlacePages {
    private final Places places;
    private final SessionCookie cookie;
    private final Shells shells;

    PlacePages(Places places, SessionCookie cookie, Shells shells) {
        this.places = places;
        this.cookie = cookie;
        this.shells = shells;
    }

    @GetMapping("/accounts")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String list(Principal.Customer visitor, Model model, HttpServletRequest request) {
        return page(visitor, null, model, request);
    }

    @PostMapping("/accounts/change")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String change(
            @RequestParam(defaultValue = "") String account, Principal.Customer visitor, HttpServletResponse response) {
        SignedIn session = places.change(visitor, account);
        cookie.write(response, session.cookie(), Sessions.LIFE);
        return "redirect:/overview";
    }

    @PostMapping("/accounts")
    @Requires(Scope.ACCOUNT_READ)
    @Requires.OfPerson
    String open(
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "USD") String currency,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            SignedUp made = places.open(visitor, new Signup(null, null, name, currency, null, null), context);
            model.addAttribute("secret", made.apiKey().secret());
            model.addAttribute("made", made.account().name());
            return page(visitor, null, model, request);
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            model.addAttribute("name", name);
            return page(visitor, refusal, model, request);
        }
    }

    private String page(
            Principal.Customer visitor, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("places", places.list(visitor));
        model.addAttribute("currencies", AccessForms.CURRENCIES);
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        return "accounts";
    }
}
