package dev.berth.gateway.portal;

import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.Invoices;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.gateway.forward.Payment;
import dev.berth.gateway.forward.PaymentMethods;
import dev.berth.gateway.forward.Shapes;
import dev.berth.gateway.forward.Usage;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Invoices: the list, one with its lines, a line down to its seconds, and the card. */
@Controller
class InvoicePages {
    private final Invoices invoices;
    private final PaymentMethods methods;
    private final Usage usage;
    private final Names names;
    private final Shells shells;

    InvoicePages(Invoices invoices, PaymentMethods methods, Usage usage, Names names, Shells shells) {
        this.invoices = invoices;
        this.methods = methods;
        this.usage = usage;
        this.names = names;
        this.shells = shells;
    }

    @GetMapping("/invoices")
    @Requires(Scope.BILLING_READ)
    String list(
            Principal.Customer visitor,
            Paging paging,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        model.addAttribute("example", Examples.get(request, "/v1/invoices/upcoming"));
        model.addAttribute("first", paging.isFirst());
        Asker asker = Asker.of(context);
        try {
            Shapes.InvoicePage page = invoices.readPage(asker, paging);
            model.addAttribute(
                    "invoices",
                    page.data().stream().map(one -> InvoiceCard.of(one, format)).toList());
            model.addAttribute("nextCursor", page.nextCursor());
            if (paging.isFirst()) {
                model.addAttribute("upcoming", upcoming(asker, format));
            }
        } catch (Refusal | PassedProblem away) {
            model.addAttribute("unavailable", Said.of(away).detail());
        }
        return "invoices";
    }

    /** What the current period has come to; null while the meter does not answer, which hides no invoice. */
    private @Nullable InvoiceCard upcoming(Asker asker, Format format) {
        try {
            return InvoiceCard.of(usage.readUpcoming(asker, format.zone()), format);
        } catch (Refusal | PassedProblem away) {
            return null;
        }
    }

    @GetMapping("/invoices/upcoming")
    @Requires(Scope.BILLING_READ)
    String upcoming(Principal.Customer visitor, RequestContext context, Model model, HttpServletRequest request) {
        Format format = shells.dress(model, request);
        return show(usage.readUpcoming(Asker.of(context), format.zone()), visitor, model, format);
    }

    @GetMapping("/invoices/{id}")
    @Requires(Scope.BILLING_READ)
    String one(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String paid,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Shapes.Invoice invoice = invoices.read(Asker.of(context), invoice(id));
        boolean settled = invoice.status().equals("paid");
        model.addAttribute("paid", paid != null && settled);
        if (settled) {
            model.addAttribute("refunds", RefundLine.of(invoices.readPayments(Asker.of(context), invoice(id)), format));
        }
        return show(invoice, visitor, model, format);
    }

    private String show(Shapes.Invoice invoice, Principal.Customer visitor, Model model, Format format) {
        Names.Book book = names.of(visitor);
        model.addAttribute("i", InvoiceCard.of(invoice, format));
        model.addAttribute(
                "lines",
                InvoiceCard.lines(invoice).stream()
                        .map(line -> InvoiceCard.Line.of(line, invoice, book, format))
                        .toList());
        return "invoice";
    }

    @GetMapping(value = "/invoices/{id}.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    @Requires(Scope.BILLING_READ)
    ResponseEntity<byte[]> pdf(@PathVariable String id, Principal.Customer visitor, RequestContext context) {
        return invoices.printed(Asker.of(context), invoice(id));
    }

    @GetMapping("/invoices/{id}/lines/{line}")
    @Requires(Scope.BILLING_READ)
    String line(
            @PathVariable String id,
            @PathVariable String line,
            Principal.Customer visitor,
            Paging paging,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Asker asker = Asker.of(context);
        InvoiceId invoiceId = invoice(id);
        InvoiceLineId lineId = GivenId.need("invoice line", line, InvoiceLineId::parse);
        Shapes.Invoice invoice = invoices.read(asker, invoiceId);
        Shapes.InvoiceLine chosen = InvoiceCard.lines(invoice).stream()
                .filter(one -> line.equals(one.id()))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("invoice line", line));
        Shapes.IntervalPage page = invoices.readIntervals(asker, invoiceId, lineId, paging);
        model.addAttribute("i", InvoiceCard.of(invoice, format));
        model.addAttribute("line", InvoiceCard.Line.of(chosen, invoice, names.of(visitor), format));
        model.addAttribute(
                "intervals",
                page.data().stream()
                        .map(one -> InvoiceCard.Interval.of(one, format))
                        .toList());
        model.addAttribute("nextCursor", page.nextCursor());
        return "invoice-line";
    }

    @GetMapping("/invoices/{id}/pay")
    @Requires(Scope.BILLING_WRITE)
    String card(@PathVariable String id, RequestContext context, Model model, HttpServletRequest request) {
        return card(invoice(id), Typed.NOTHING, null, context, model, request);
    }

    /** What was typed of a card and may be shown again. */
    private record Typed(String number, String month, String year) {
        static final Typed NOTHING = new Typed("", "", "");
    }

    @PostMapping("/invoices/{id}/pay")
    @Requires(Scope.BILLING_WRITE)
    String pay(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String number,
            @RequestParam(name = "exp_month", defaultValue = "") String month,
            @RequestParam(name = "exp_year", defaultValue = "") String year,
            @RequestParam(defaultValue = "") String cvc,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        InvoiceId invoice = invoice(id);
        try {
            invoices.paid(
                    Asker.of(context),
                    invoice,
                    new Payment(new Payment.Card(number, whole(month), whole(year), cvc), null));
            return "redirect:/invoices/" + invoice + "?paid=1";
        } catch (Refusal refusal) {
            response.setStatus(refusal.problem().code().status());
            return card(invoice, new Typed(number, month, year), refusal, context, model, request);
        } catch (PassedProblem refused) {
            response.setStatus(refused.status());
            return card(invoice, new Typed(number, month, year), refused, context, model, request);
        }
    }

    private String card(
            InvoiceId id,
            Typed typed,
            @Nullable RuntimeException refused,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        InvoiceCard invoice = InvoiceCard.of(invoices.read(Asker.of(context), id), format);
        if (!invoice.payable()) {
            return "redirect:/invoices/" + id;
        }
        model.addAttribute("i", invoice);
        model.addAttribute("kept", PaymentMethodCard.page(methods.read(Asker.of(context))));
        model.addAttribute("number", typed.number);
        model.addAttribute("month", typed.month);
        model.addAttribute("year", typed.year);
        model.addAttribute("problem", refused == null ? null : Said.ofForm(refused));
        model.addAttribute(
                "wrong", refused instanceof Refusal refusal ? FieldErrors.of(refusal.problem()) : FieldErrors.NONE);
        return "invoice-pay";
    }

    private static @Nullable Integer whole(String text) {
        return text.strip().matches("[0-9]{1,4}") ? Integer.valueOf(text.strip()) : null;
    }

    private static InvoiceId invoice(String id) {
        return GivenId.need("invoice", id, InvoiceId::parse);
    }
}
