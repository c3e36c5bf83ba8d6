package dev.berth.gateway.forward;

import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the operator pays back of what credit notes took back, and what became of it. */
@RestController
@Tag(name = "Operator")
class RefundsHttp {
    private static final String OPERATOR = "/internal/v1/operator";
    private static final List<String> STATES = List.of("pending", "requires_action", "succeeded", "failed", "canceled");

    private final Downstream downstream;

    RefundsHttp(Downstream downstream) {
        this.downstream = downstream;
    }

    /** {@code reference} names the transfer, for what came in by hand. */
    record WantedRefund(@Nullable String reference) {}

    @PostMapping("/operator/v1/credit_notes/{id}/refund")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Pay back a credit note",
            description =
                    "What the note became as credit goes back by the way it came, as long as nothing of it is used (`credit_refused`): also what "
                            + "failed to go back before. What its payments do not have stays credit. What came in by hand is paid back by hand: "
                            + "`reference` names the transfer that was made.")
    @ApiResponse(
            responseCode = "200",
            description = "The refunds of the note, the newest first.",
            content = @Content(schema = @Schema(implementation = BillingShapes.InvoiceRefundPage.class)))
    JsonNode refund(
            @PathVariable String id,
            @RequestBody(required = false) @Nullable WantedRefund wanted,
            Principal.Operator caller,
            RequestContext context) {
        CreditNoteId note = GivenId.need("credit note", id, CreditNoteId::parse);
        ObjectNode body = Json.mapper().valueToTree(wanted == null ? new WantedRefund(null) : wanted);
        return downstream.json(Call.post(
                Owner.BILLING, "%s/credit_notes/%s/refund".formatted(OPERATOR, note), Asker.of(context), body));
    }

    @GetMapping("/operator/v1/refunds")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "List refunds",
            description =
                    "Of all accounts, the newest first; `state` asks for those in it. `pending` is what the provider or its bank is at.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of refunds.",
            content = @Content(schema = @Schema(implementation = BillingShapes.InvoiceRefundPage.class)))
    JsonNode refunds(
            @RequestParam(required = false) @Nullable String state,
            Principal.Operator caller,
            RequestContext context,
            Paging paging) {
        return downstream.json(ContainersHttp.page(
                Call.get(Owner.BILLING, OPERATOR + "/refunds", Asker.of(context))
                        .with("state", Ids.word("state", state, STATES)),
                paging));
    }
}
