package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.SpendCapCalls;
import dev.berth.gateway.forward.SpendCapShapes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The spend cap of the account: how it stands, and the form that sets it. */
@Controller
class SpendCapPages {
    private static final int LONGEST = 20;

    private final SpendCapCalls caps;
    private final Names names;
    private final Shells shells;

    SpendCapPages(SpendCapCalls caps, Names names, Shells shells) {
        this.caps = caps;
        this.names = names;
        this.shells = shells;
    }

    /** How it stands, for a page; null while billing does not answer. */
    @Nullable
    SpendCapCard card(Names.Book book, Asker asker, Format format) {
        try {
            return SpendCapCard.of(caps.read(asker), book, format);
        } catch (Refusal | PassedProblem away) {
            return null;
        }
    }

    @GetMapping("/spend-cap")
    @Requires(Scope.BILLING_READ)
    String view(Principal.Customer visitor, RequestContext context, Model model, HttpServletRequest request) {
        return page(visitor, null, null, context, model, request);
    }

    @PostMapping("/spend-cap")
    @Requires(Scope.BILLING_WRITE)
    String set(
            @RequestParam(defaultValue = "") String amount,
            @RequestParam(defaultValue = "stop") String action,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Asker asker = Asker.of(context);
        try {
            String currency = caps.read(asker).used().currency();
            long minor = minor(amount, currency)
                    .orElseThrow(() -> Refusal.invalid(List.of(new Problem.FieldError(
                            "amount", "must be an amount in %s such as 50, zero or more".formatted(currency)))));
            caps.say(asker, new SpendCapShapes.NewSpendCap(new SpendCapShapes.CapAmount(minor, currency), action));
            return "redirect:/spend-cap";
        } catch (Refusal | PassedProblem refused) {
            response.setStatus(Said.of(refused).status());
            return page(visitor, amount, refused, context, model, request);
        }
    }

    @PostMapping("/spend-cap/remove")
    @Requires(Scope.BILLING_WRITE)
    String remove(
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            caps.say(Asker.of(context), null);
            return "redirect:/spend-cap";
        } catch (Refusal | PassedProblem refused) {
            response.setStatus(Said.of(refused).status());
            return page(visitor, null, refused, context, model, request);
        }
    }

    private String page(
            Principal.Customer visitor,
            @Nullable String typed,
            @Nullable RuntimeException refused,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute("cap", card(names.of(visitor), Asker.of(context), format));
        model.addAttribute("typed", typed);
        model.addAttribute("mayChange", visitor.may(Scope.BILLING_WRITE));
        model.addAttribute("example", Examples.get(request, "/v1/spend_cap"));
        model.addAttribute("problem", refused == null ? null : Said.ofForm(refused));
        model.addAttribute(
                "wrong", refused instanceof Refusal refusal ? FieldErrors.of(refusal.problem()) : FieldErrors.NONE);
        return "spend-cap";
    }

    /** What was typed, in minor units; empty for what is no amount of the currency. */
    static Optional<Long> minor(String typed, String currency) {
        String text = typed.strip().replace(',', '.');
        if (!text.matches("[0-9]{1,15}(\\.[0-9]{1,4})?") || text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            int digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
            return Optional.of(new BigDecimal(text).movePointRight(digits).longValueExact());
        } catch (ArithmeticException tooFine) {
            return Optional.empty();
        }
    }
}
