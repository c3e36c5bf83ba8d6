package dev.berth.gateway.portal;

import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.CardShapes;
import dev.berth.gateway.forward.Invoices;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.Payment;
import dev.berth.gateway.forward.PaymentMethods;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentMethodId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Cards: the list, added on the payment provider's page, made the default, removed, and an invoice paid with one. Where the way leads to
 * another site there is a page with a link to it, since a form leads nowhere but here.
 */
@Controller
class PaymentMethodPages {
    private static final String ACTION_REQUIRED = "payment_action_required";

    private final PaymentMethods methods;
    private final Invoices invoices;
    private final Shells shells;

    PaymentMethodPages(PaymentMethods methods, Invoices invoices, Shells shells) {
        this.methods = methods;
        this.invoices = invoices;
        this.shells = shells;
    }

    @GetMapping("/payment_methods")
    @Requires(Scope.BILLING_READ)
    String list(
            @RequestParam(required = false) @Nullable String added,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        return page(added != null, null, visitor, context, model, request);
    }

    private String page(
            boolean added,
            @Nullable RuntimeException refused,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("kept", PaymentMethodCard.page(methods.read(Asker.of(context))));
        model.addAttribute("may", visitor.may(Scope.BILLING_WRITE));
        model.addAttribute("added", added);
        model.addAttribute("problem", refused == null ? null : Said.ofForm(refused));
        return "payment-methods";
    }

    @PostMapping("/payment_methods")
    @Requires(Scope.BILLING_WRITE)
    String add(
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            CardShapes.CardVisit visit = methods.visit(Asker.of(context));
            return leave(
                    "Add a card",
                    "You type it in on the page of the payment provider; it never passes through here.",
                    "Go on to the card",
                    visit.url(),
                    "/payment_methods",
                    model,
                    request);
        } catch (Refusal | PassedProblem refused) {
            return refused(refused, visitor, context, model, request, response);
        }
    }

    @PostMapping("/payment_methods/{id}/default")
    @Requires(Scope.BILLING_WRITE)
    String makeDefault(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            methods.makeDefault(Asker.of(context), method(id));
            return "redirect:/payment_methods";
        } catch (Refusal | PassedProblem refused) {
            return refused(refused, visitor, context, model, request, response);
        }
    }

    @PostMapping("/payment_methods/{id}/remove")
    @Requires(Scope.BILLING_WRITE)
    String remove(
            @PathVariable String id,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            methods.remove(Asker.of(context), method(id));
            return "redirect:/payment_methods";
        } catch (Refusal | PassedProblem refused) {
            return refused(refused, visitor, context, model, request, response);
        }
    }

    @PostMapping("/invoices/{id}/pay_kept")
    @Requires(Scope.BILLING_WRITE)
    String pay(
            @PathVariable String id,
            @RequestParam(name = "payment_method", defaultValue = "") String chosen,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        InvoiceId invoice = GivenId.need("invoice", id, InvoiceId::parse);
        Asker asker = Asker.of(context);
        try {
            invoices.paid(asker, invoice, chosen.isEmpty() ? Payment.DEFAULT : new Payment(null, chosen));
            return "redirect:/invoices/" + invoice + "?paid=1";
        } catch (PassedProblem refused) {
            String url = refused.code().equals(ACTION_REQUIRED) ? askedAt(asker, invoice) : null;
            if (url != null) {
                return leave(
                        "Your bank asks you",
                        "The payment is made once you have confirmed it there.",
                        "Go on to your bank",
                        url,
                        "/invoices/" + invoice,
                        model,
                        request);
            }
            response.setStatus(refused.status());
            Format format = shells.dress(model, request);
            model.addAttribute("i", InvoiceCard.of(invoices.read(asker, invoice), format));
            model.addAttribute("kept", PaymentMethodCard.page(methods.read(asker)));
            model.addAttribute("problem", Said.ofForm(refused));
            model.addAttribute("wrong", FieldErrors.NONE);
            return "invoice-pay";
        }
    }

    /** Where the bank asks; null when it does so no more. */
    private @Nullable String askedAt(Asker asker, InvoiceId invoice) {
        return invoices.readPayments(asker, invoice).data().stream()
                .map(CardShapes.PaymentAttempt::actionUrl)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private String leave(
            String title, String why, String where, String url, String back, Model model, HttpServletRequest request) {
        shells.dress(model, request);
        model.addAttribute("title", title);
        model.addAttribute("why", why);
        model.addAttribute("where", where);
        model.addAttribute("url", url);
        model.addAttribute("back", back);
        return "payment-leave";
    }

    private String refused(
            RuntimeException refused,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        response.setStatus(Said.of(refused).status());
        return page(false, refused, visitor, context, model, request);
    }

    private static PaymentMethodId method(String id) {
        return GivenId.need("payment method", id, PaymentMethodId::parse);
    }
}
