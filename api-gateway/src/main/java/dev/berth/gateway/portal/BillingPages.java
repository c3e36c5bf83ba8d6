package dev.berth.gateway.portal;

import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.BillingAccount;
import dev.berth.gateway.forward.BillingShapes;
import dev.berth.gateway.forward.PassedProblem;
import dev.berth.schema.id.CreditNoteId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who buys, as invoices say it, and the credit and the coupons of the account. */
@Controller
class BillingPages {
    private final BillingAccount billing;
    private final Shells shells;

    BillingPages(BillingAccount billing, Shells shells) {
        this.billing = billing;
        this.shells = shells;
    }

    /** A country that can be chosen. */
    record Country(String code, String name) {
        private static final List<Country> ALL = Arrays.stream(Locale.getISOCountries())
                .map(code -> new Country(code, Locale.of("", code).getDisplayCountry(Locale.ENGLISH)))
                .sorted(Comparator.comparing(Country::name))
                .toList();
    }

    /** What was typed of the buyer. */
    private record Typed(String legalName, String address, String country, String vatId) {
        static Typed of(BillingShapes.BillingDetails details) {
            return new Typed(
                    text(details.legalName()), text(details.address()), text(details.country()), text(details.vatId()));
        }

        private static String text(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    @GetMapping("/account/billing")
    @Requires(Scope.BILLING_READ)
    String view(
            @RequestParam(required = false) @Nullable String saved,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        model.addAttribute("saved", saved != null);
        return page(visitor, null, null, context, model, request);
    }

    @PostMapping("/account/billing")
    @Requires(Scope.BILLING_WRITE)
    String describe(
            @RequestParam(name = "legal_name", defaultValue = "") String legalName,
            @RequestParam(defaultValue = "") String address,
            @RequestParam(defaultValue = "") String country,
            @RequestParam(name = "vat_id", defaultValue = "") String vatId,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            billing.describe(Asker.of(context), new BillingAccount.BillingChange(legalName, address, country, vatId));
            return "redirect:/account/billing?saved=1";
        } catch (Refusal | PassedProblem refused) {
            response.setStatus(Said.of(refused).status());
            return page(visitor, new Typed(legalName, address, country, vatId), refused, context, model, request);
        }
    }

    @PostMapping("/account/billing/coupon")
    @Requires(Scope.BILLING_WRITE)
    String redeem(
            @RequestParam(defaultValue = "") String code,
            Principal.Customer visitor,
            RequestContext context,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        try {
            billing.take(Asker.of(context), code);
            return "redirect:/account/billing?saved=1";
        } catch (Refusal | PassedProblem refused) {
            response.setStatus(Said.of(refused).status());
            model.addAttribute("code", code);
            return page(visitor, null, refused, context, model, request);
        }
    }

    @GetMapping(value = "/credit_notes/{id}.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    @Requires(Scope.BILLING_READ)
    ResponseEntity<byte[]> pdf(@PathVariable String id, Principal.Customer visitor, RequestContext context) {
        return billing.printed(Asker.of(context), GivenId.need("credit note", id, CreditNoteId::parse));
    }

    private String page(
            Principal.Customer visitor,
            @Nullable Typed typed,
            @Nullable RuntimeException refused,
            RequestContext context,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Asker asker = Asker.of(context);
        model.addAttribute("may", visitor.may(Scope.BILLING_WRITE));
        model.addAttribute("countries", Country.ALL);
        model.addAttribute("problem", refused == null ? null : Said.ofForm(refused));
        model.addAttribute("wrong", wrong(refused));
        try {
            BillingShapes.BillingDetails details = billing.readDetails(asker);
            BillingShapes.CreditPage credits = billing.readCredits(asker);
            model.addAttribute("form", typed == null ? Typed.of(details) : typed);
            model.addAttribute("name", details.name());
            model.addAttribute("taxed", taxed(details));
            model.addAttribute("balance", format.money(credits.balance()));
            model.addAttribute(
                    "carried", credits.unassigned().amountMinor() == 0 ? null : format.money(credits.unassigned()));
            model.addAttribute(
                    "grants",
                    credits.data().stream().map(grant -> grant(grant, format)).toList());
            model.addAttribute(
                    "coupons",
                    billing.readCoupons(asker).data().stream()
                            .map(coupon -> coupon(coupon, format))
                            .toList());
            model.addAttribute(
                    "notes",
                    billing.readCreditNotes(asker).data().stream()
                            .map(note -> note(note, format))
                            .toList());
        } catch (Refusal | PassedProblem away) {
            model.addAttribute("unavailable", Said.of(away).detail());
        }
        return "billing";
    }

    private static FieldErrors wrong(@Nullable RuntimeException refused) {
        return switch (refused) {
            case Refusal refusal -> FieldErrors.of(refusal.problem());
            case PassedProblem passed -> FieldErrors.of(passed.errors());
            case null, default -> FieldErrors.NONE;
        };
    }

    /** How the next invoice is taxed, in a sentence. */
    private static String taxed(BillingShapes.BillingDetails details) {
        return switch (details.taxTreatment()) {
            case "taxed" -> "The next invoice bears %s %% tax.".formatted(Format.percent(details.taxRate()));
            case "reverse_charge", "exempt" -> "The next invoice bears no tax. " + details.taxNote();
            default -> "The next invoice bears no tax.";
        };
    }

    private static Map<String, Object> grant(BillingShapes.CreditGrant grant, Format format) {
        return Map.of(
                "note",
                grant.note().isEmpty() ? grant.kind() : grant.note(),
                "kind",
                grant.kind(),
                "state",
                grant.state(),
                "tone",
                grant.state().equals("active") ? "ok" : "",
                "amount",
                format.money(grant.amount()),
                "left",
                format.money(grant.left()),
                "until",
                grant.expiresAt() == null ? "no end" : "until " + format.date(grant.expiresAt()),
                "uses",
                grant.uses().stream()
                        .map(use -> Map.of(
                                "href",
                                "/invoices/" + use.invoice(),
                                "text",
                                "%s for %s%s"
                                        .formatted(
                                                format.money(use.amount()),
                                                use.number(),
                                                use.returnedAt() == null ? "" : ", given back")))
                        .toList());
    }

    private static Map<String, Object> coupon(BillingShapes.HeldCoupon coupon, Format format) {
        String left = coupon.left() == null ? "" : ", %s left".formatted(format.money(coupon.left()));
        return Map.of(
                "code",
                coupon.code(),
                "description",
                coupon.description(),
                "worth",
                coupon.percent() == null ? format.money(coupon.left()) + " left" : coupon.percent() + " %" + left,
                "until",
                coupon.endsAt() == null ? "no end" : "until " + format.date(coupon.endsAt()),
                "taken",
                format.money(coupon.taken()));
    }

    private static Map<String, Object> note(BillingShapes.CreditNote note, Format format) {
        return Map.of(
                "number",
                note.number(),
                "href",
                "/credit_notes/%s.pdf".formatted(note.id()),
                "invoice",
                note.invoiceNumber(),
                "invoiceHref",
                "/invoices/" + note.invoice(),
                "date",
                format.date(note.issuedAt()),
                "reason",
                note.reason(),
                "total",
                format.money(note.total()));
    }
}
