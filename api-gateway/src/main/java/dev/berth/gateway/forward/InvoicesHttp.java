package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Invoices, from billing. */
@RestController
@Tag(name = "Invoices", description = "What is owed, each line down to the start and stop of a container.")
class InvoicesHttp {
    static final List<String> STATUSES = List.of("gathering", "draft", "final", "paid", "uncollectible", "void");

    private final Invoices invoices;
    private final Usage usage;
    private final Accounts accounts;

    InvoicesHttp(Invoices invoices, Usage usage, Accounts accounts) {
        this.invoices = invoices;
        this.usage = usage;
        this.accounts = accounts;
    }

    @GetMapping("/v1/invoices")
    @Requires(Scope.BILLING_READ)
    @Operation(summary = "List invoices", description = "The newest first.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of invoices.",
            content = @Content(schema = @Schema(implementation = Shapes.InvoicePage.class)))
    JsonNode list(
            @Parameter(description = "Only those with this status.") @RequestParam(required = false) @Nullable
                    String status,
            @Parameter(description = "`created_at` (the oldest first) or `-created_at`, which it is if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String sort,
            Principal.Customer caller,
            RequestContext context,
            Paging paging) {
        return invoices.list(
                Asker.of(context), Ids.word("status", status, STATUSES), ContainersHttp.byTime(sort), paging);
    }

    @GetMapping("/v1/invoices/upcoming")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "Read the upcoming invoice",
            description =
                    "What the current period would be invoiced if it ended now: status `gathering`, without a number.")
    @ApiResponse(
            responseCode = "200",
            description = "The invoice as it stands.",
            content = @Content(schema = @Schema(implementation = Shapes.Invoice.class)))
    JsonNode upcoming(Principal.Customer caller, RequestContext context) {
        ZoneId zone = ZoneId.of(accounts.get(caller.account()).timeZone());
        return usage.upcoming(Asker.of(context), zone);
    }

    @GetMapping("/v1/invoices/{id}")
    @Requires(Scope.BILLING_READ)
    @Operation(summary = "Read an invoice", description = "With its lines. A final invoice never changes.")
    @ApiResponse(
            responseCode = "200",
            description = "The invoice.",
            content = @Content(schema = @Schema(implementation = Shapes.Invoice.class)))
    JsonNode invoice(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return invoices.get(Asker.of(context), Ids.invoice(id));
    }

    @GetMapping(value = "/v1/invoices/{id}.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "Print an invoice",
            description = "As PDF/A, to be booked and kept: the same bytes for as long as its status does not change.")
    @ApiResponse(
            responseCode = "200",
            description = "The invoice.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_PDF_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<byte[]> pdf(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return invoices.printed(Asker.of(context), Ids.invoice(id));
    }

    @GetMapping("/v1/invoices/{id}/lines/{line}/intervals")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "Read what an invoice line was made of",
            description =
                    "Each container's time as Docker recorded its start and its stop, with the call that caused it, as it "
                            + "was copied when the invoice was made.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of intervals.",
            content = @Content(schema = @Schema(implementation = Shapes.IntervalPage.class)))
    JsonNode intervals(
            @PathVariable String id,
            @PathVariable String line,
            Principal.Customer caller,
            RequestContext context,
            Paging paging) {
        return invoices.intervals(Asker.of(context), Ids.invoice(id), Ids.line(line), paging);
    }

    @PostMapping("/v1/invoices/{id}/pay")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Operation(
            summary = "Pay an invoice",
            description =
                    "With `payment_method`, or the default where none is named. Where no payment provider is set, with a "
                            + "test `card` of the manual provider, such as 4242 4242 4242 4242. Answers the paid invoice; "
                            + "402 `payment_action_required` names the page on which the bank asks its customer. Paying what "
                            + "is overdue lets suspended containers start again.")
    @ApiResponse(
            responseCode = "200",
            description = "The invoice, paid.",
            content = @Content(schema = @Schema(implementation = Shapes.Invoice.class)))
    JsonNode pay(
            @PathVariable String id, @RequestBody Payment payment, Principal.Customer caller, RequestContext context) {
        return invoices.pay(Asker.of(context), Ids.invoice(id), payment);
    }

    @GetMapping("/v1/invoices/{id}/payments")
    @Requires(Scope.BILLING_READ)
    @Operation(
            summary = "List the attempts to pay an invoice",
            description =
                    "The newest first. One that is `requires_action` waits for the card's owner at `action_url` until "
                            + "`action_deadline`; what is `automatic` Berth made by itself. `refunds` "
                            + "are what went back of its money: one that `failed` became credit (`credit_grant`).")
    @ApiResponse(
            responseCode = "200",
            description = "The attempts.",
            content = @Content(schema = @Schema(implementation = CardShapes.AttemptPage.class)))
    JsonNode payments(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return invoices.payments(Asker.of(context), Ids.invoice(id));
    }
}
