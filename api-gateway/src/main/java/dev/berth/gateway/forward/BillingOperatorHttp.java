package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the operator does to the credit of an account, to what it owes, and reads of the books. */
@RestController
@Tag(name = "Operator")
class BillingOperatorHttp {
    private static final String PATH = "/internal/v1";
    private static final String OPERATOR = PATH + "/operator";

    private final Downstream downstream;
    private final Accounts accounts;

    BillingOperatorHttp(Downstream downstream, Accounts accounts) {
        this.downstream = downstream;
        this.accounts = accounts;
    }

    /** Credit that is to be granted: {@code kind} is promotional (unless said) or prepaid. */
    record NewCredit(
            @Nullable GivenMoney amount,
            @Nullable String kind,
            @Nullable Integer priority,
            @Nullable String note,
            @Nullable Instant expiresAt) {}

    /**
     * What is taken back of an invoice: {@code net} before tax, or without it all that is left; with {@code refund} what was paid of it
     * goes back by the way it came, and {@code reference} names the transfer for what came in by hand.
     */
    record NewCreditNote(
            @Nullable GivenMoney net,
            @Nullable String reason,
            @Nullable Boolean refund,
            @Nullable String reference) {}

    /** Whether no tax is due, of which the operator has seen a proof. */
    record TaxExemption(@Nullable Boolean exempt) {}

    @GetMapping("/operator/v1/accounts/{id}/credits")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Read the credit of an account",
            description = "What is left in all, and its grants, the newest first.")
    @ApiResponse(
            responseCode = "200",
            description = "The balance and a page of grants.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditPage.class)))
    JsonNode credits(@PathVariable String id, Principal.Operator caller, RequestContext context, Paging paging) {
        return downstream.json(ContainersHttp.page(
                Call.get(Owner.BILLING, PATH + "/credits", Asker.of(context)).with("account", existing(id)), paging));
    }

    @PostMapping("/operator/v1/accounts/{id}/credits")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Grant credit",
            description =
                    "`kind` is `promotional` (a gift, unless said) or `prepaid` (the money has come); the `amount` is in the account's currency. "
                            + "Invoices use grants after tax: the lowest `priority` (0 to 100, 50 unless said) first, then what ends first, then "
                            + "the oldest. What is left at `expires_at` is gone.")
    @ApiResponse(
            responseCode = "201",
            description = "The grant.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditGrant.class)))
    JsonNode grant(
            @PathVariable String id, @RequestBody NewCredit wanted, Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.post(
                Owner.BILLING,
                "%s/accounts/%s/credits".formatted(OPERATOR, existing(id)),
                Asker.of(context),
                body(wanted)));
    }

    @PostMapping("/operator/v1/credits/{id}/void")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Void a grant of credit",
            description = "What is left of it is gone; what was used stays used. Twice changes nothing.")
    @ApiResponse(
            responseCode = "200",
            description = "The grant.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditGrant.class)))
    JsonNode voidCredit(@PathVariable String id, Principal.Operator caller, RequestContext context) {
        CreditGrantId grant = GivenId.need("credit grant", id, CreditGrantId::parse);
        return downstream.json(
                Call.post(Owner.BILLING, "%s/credits/%s/void".formatted(OPERATOR, grant), Asker.of(context)));
    }

    @PostMapping("/operator/v1/accounts/{id}/tax_exempt")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Exempt an account from tax",
            description = "`exempt` is true or false; it counts from the next invoice on.")
    @ApiResponse(
            responseCode = "200",
            description = "The account's billing details.",
            content = @Content(schema = @Schema(implementation = BillingShapes.BillingDetails.class)))
    JsonNode exempt(
            @PathVariable String id,
            @RequestBody TaxExemption wanted,
            Principal.Operator caller,
            RequestContext context) {
        return downstream.json(Call.post(
                Owner.BILLING,
                "%s/accounts/%s/tax_exempt".formatted(OPERATOR, existing(id)),
                Asker.of(context),
                body(wanted)));
    }

    @GetMapping("/operator/v1/invoices/{id}/credit_notes")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(summary = "List the credit notes of an invoice", description = "The newest first.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of credit notes.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditNotePage.class)))
    JsonNode notes(@PathVariable String id, Principal.Operator caller, RequestContext context, Paging paging) {
        return downstream.json(ContainersHttp.page(
                Call.get(Owner.BILLING, PATH + "/credit_notes", Asker.of(context))
                        .with("invoice", Ids.invoice(id)),
                paging));
    }

    @PostMapping("/operator/v1/invoices/{id}/credit_notes")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a credit note",
            description =
                    "Takes back `net` (before tax; all that is left, if it is not given) of a final invoice, with its share of the tax: notes "
                            + "over all of it take back exactly what was charged. What is not paid yet is no longer owed, what was paid becomes "
                            + "credit, or with `refund` goes back by the way it came, as far as its payments have it (the rest is credit). "
                            + "What came in by hand is paid back by hand: `reference` names the transfer that was made. A payment that is "
                            + "contested gives nothing back until that is decided (`refund_refused`). Notes have numbers of their own, "
                            + "without gaps.")
    @ApiResponse(
            responseCode = "201",
            description = "The credit note.",
            content = @Content(schema = @Schema(implementation = BillingShapes.CreditNote.class)))
    JsonNode note(
            @PathVariable String id,
            @RequestBody NewCreditNote wanted,
            Principal.Operator caller,
            RequestContext context) {
        return downstream.json(Call.post(
                Owner.BILLING,
                "%s/invoices/%s/credit_notes".formatted(OPERATOR, Ids.invoice(id)),
                Asker.of(context),
                body(wanted)));
    }

    @GetMapping("/operator/v1/ledger/journal")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Read the journal",
            description =
                    "The ledger's transactions in the order in which they were booked, each with its debits and credits, which add up. `from` and "
                            + "`to` are when they occurred; `account` asks for one account's.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of transactions.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode journal(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "Only this account's.") @RequestParam(required = false) @Nullable String account,
            Principal.Operator caller,
            RequestContext context,
            Paging paging) {
        return downstream.json(
                ContainersHttp.page(span(OPERATOR + "/ledger/journal", from, to, account, context), paging));
    }

    @GetMapping(value = "/operator/v1/ledger/journal.csv", produces = "text/csv")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Export the journal",
            description =
                    "As CSV, a row for each debit and credit, for a span of at most 366 days (`from` and `to` are needed) and 100,000 rows.")
    @ApiResponse(
            responseCode = "200",
            description = "The rows, below a line of names.",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = "string")))
    String csv(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "Only this account's.") @RequestParam(required = false) @Nullable String account,
            Principal.Operator caller,
            RequestContext context) {
        Call call = span(OPERATOR + "/ledger/journal/csv", from, to, account, context);
        return new String(downstream.bytes(call, "text/csv"), StandardCharsets.UTF_8);
    }

    private Call span(
            String path, @Nullable String from, @Nullable String to, @Nullable String account, RequestContext context) {
        AccountId named = Ids.accountParameter(account);
        return Call.get(Owner.BILLING, path, Asker.of(context))
                .with("from", Ids.instant("from", from, ZoneOffset.UTC))
                .with("to", Ids.instant("to", to, ZoneOffset.UTC))
                .with("account", named == null ? null : accounts.get(named).id());
    }

    /** An account that there is: billing would wait for one that it has not heard of. */
    private AccountId existing(String id) {
        return accounts.get(Ids.account(id)).id();
    }

    private static ObjectNode body(Object wanted) {
        return Json.mapper().valueToTree(wanted);
    }
}
