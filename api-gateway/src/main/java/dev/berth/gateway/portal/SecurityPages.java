package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.factor.Factors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The second factor of the visitor. */
@Controller
class SecurityPages {
    private final Factors factors;
    private final Shells shells;

    SecurityPages(Factors factors, Shells shells) {
        this.factors = factors;
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

    private String page(
            Principal.Customer visitor, @Nullable Refusal refusal, Model model, HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("factor", factors.view(visitor.user()));
        model.addAttribute("problem", refusal == null ? null : Said.ofForm(refusal));
        model.addAttribute("wrong", refusal == null ? FieldErrors.NONE : FieldErrors.of(refusal.problem()));
        return "security";
    }
}
