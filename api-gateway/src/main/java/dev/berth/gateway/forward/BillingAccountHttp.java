package dev.berth.gateway.forward;

import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.id.CreditNoteId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Who buys, credit, coupons and credit notes of an account, from billing. */
@RestController
@Tag(name = "Invoices")
class BillingAccountHttp {
    private final BillingAccount billing;

    BillingAccountHttp(BillingAccount billing) {
        this.billing = billing;
    }

    /** The code of a coupon. */
    record CouponCode(@Nullable String code) {
        @Override
        public String toString() {
            return "CouponCode[]"; // who has it has the money
        }
    }

    @GetMapping("/v1/account/billing")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "Read the billing details",
            description = "What invoices say of the buyer, and how the next one is taxed.")
    @ApiResponse(
            responseCode = "200",
            description = "The details.",
            content = @Content(schema = @Schema(implementation = BillingShapes.BillingDetails.class)))
    JsonNode details(Principal.Customer caller, RequestContext context) {
        return billing.details(Asker.of(context));
    }

    @PatchMapping("/v1/account/billing")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Operation(
            summary = "Change the billing details",
            description =
                    "`legal_name`, `address` (with line ends, without the country), `country` (ISO 3166-1, such as `DE`) and `vat_id`, which "
                            + "is of that country; its form and check digits are looked at. What is not given stays, an empty text takes it "
                            + "out. It counts for invoices that are made from now on. Between two countries of the EU a valid VAT id leaves the "
                            + "tax to the buyer.")
    @ApiResponse(
            responseCode = "200",
            description = "The details.",
            content = @Content(schema = @Schema(implementation = BillingShapes.BillingDetails.class)))
    JsonNode change(
            @RequestBody BillingAccount.BillingChange change, Principal.Customer caller, RequestContext context) {
        return billing.change(Asker.of(context), change);
    }

    @GetMapping("/v1/credits")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "Read the credit",
            description =
                    "`balance` is what is left in all. Grants, the newest first, each with the invoices that used it. An invoice uses them "
                            + "when it is made, after tax: the lowest `priority` first, then what ends first, then the oldest.")
    @ApiResponse(
            responseCode = "200",
            description = "The balance and a page of grants.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditPage.class)))
    JsonNode credits(Principal.Customer caller, RequestContext context, Paging paging) {
        return billing.credits(Asker.of(context), paging);
    }

    @GetMapping("/v1/coupons")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "List coupons",
            description =
                    "Those of the account, in the order in which they count before tax: percentages first, then amounts, each in the order in "
                            + "which they were redeemed, each on what those before left.")
    @ApiResponse(
            responseCode = "200",
            description = "The coupons.",
            content = @Content(schema = @Schema(implementation = BillingShapes.HeldCouponPage.class)))
    JsonNode coupons(Principal.Customer caller, RequestContext context) {
        return billing.coupons(Asker.of(context));
    }

    @PostMapping("/v1/coupons/redeem")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Operation(
            summary = "Redeem a coupon",
            description = "With its `code`; once, and again changes nothing. It counts from the next invoice on.")
    @ApiResponse(
            responseCode = "200",
            description = "The coupon.",
            content = @Content(schema = @Schema(implementation = BillingShapes.HeldCoupon.class)))
    JsonNode redeem(@RequestBody CouponCode coupon, Principal.Customer caller, RequestContext context) {
        return billing.redeem(Asker.of(context), coupon.code());
    }

    @GetMapping("/v1/credit_notes")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "List credit notes",
            description = "The newest first; `invoice` asks for those of one invoice.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of credit notes.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditNotePage.class)))
    JsonNode notes(
            @Parameter(description = "Only those of this invoice.") @RequestParam(required = false) @Nullable
                    String invoice,
            Principal.Customer caller,
            RequestContext context,
            Paging paging) {
        return billing.creditNotes(Asker.of(context), invoice, paging);
    }

    @GetMapping("/v1/credit_notes/{id}")
    @Requires(Scope.BILLING_READ)
    @Operation(summary = "Read a credit note", description = "It never changes.")
    @ApiResponse(
            responseCode = "200",
            description = "The credit note.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditNote.class)))
    JsonNode note(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return billing.creditNote(Asker.of(context), creditNote(id));
    }

    @GetMapping(value = "/v1/credit_notes/{id}.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    @Requires(Scope.BILLING_READ)
    @Operation(summary = "Print a credit note", description = "As PDF/A, to be booked and kept: always the same bytes.")
    @ApiResponse(
            responseCode = "200",
            description = "The credit note.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_PDF_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<byte[]> pdf(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return billing.printed(Asker.of(context), creditNote(id));
    }

    private static CreditNoteId creditNote(String text) {
        return GivenId.need("credit note", text, CreditNoteId::parse);
    }
}
