package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Spend caps, from billing. */
@RestController
class SpendCapHttp {
    private static final String ABOUT =
            "An amount before tax for each billing period. Use counts to the second, running containers included. At 75, 90 and "
                    + "100 % an event and a mail say so, once a period; at 100 % `refuse` starts nothing new, `stop` stops what runs "
                    + "too, within seconds. Another amount is judged at once, and the next period begins anew: what the cap stopped "
                    + "then starts again.";

    private final SpendCapCalls caps;
    private final Workloads workloads;
    private final Accounts accounts;
    private final Downstream downstream;

    SpendCapHttp(SpendCapCalls caps, Workloads workloads, Accounts accounts, Downstream downstream) {
        this.caps = caps;
        this.workloads = workloads;
        this.accounts = accounts;
        this.downstream = downstream;
    }

    @GetMapping("/v1/spend_cap")
    @Requires(Scope.BILLING_READ)
    @Tag(name = "Usage")
    @Operation(summary = "Read the spend cap", description = "Of the account, with those of its workloads.")
    @ApiResponse(
            responseCode = "200",
            description = "The cap and how it stands.",
            content = @Content(schema = @Schema(implementation = SpendCapShapes.SpendCapNow.class)))
    JsonNode get(Principal.Customer caller, RequestContext context) {
        return caps.get(Asker.of(context), null);
    }

    @PutMapping("/v1/spend_cap")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Tag(name = "Usage")
    @Operation(summary = "Set the spend cap", description = ABOUT)
    @ApiResponse(
            responseCode = "200",
            description = "The cap and how it stands.",
            content = @Content(schema = @Schema(implementation = SpendCapShapes.SpendCapNow.class)))
    JsonNode set(@RequestBody SpendCapShapes.NewSpendCap wanted, Principal.Customer caller, RequestContext context) {
        return caps.set(Asker.of(context), null, wanted);
    }

    @DeleteMapping("/v1/spend_cap")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Tag(name = "Usage")
    @Operation(summary = "Take the spend cap away", description = "What it stopped starts again.")
    @ApiResponse(
            responseCode = "200",
            description = "How the account stands without one.",
            content = @Content(schema = @Schema(implementation = SpendCapShapes.SpendCapNow.class)))
    JsonNode remove(Principal.Customer caller, RequestContext context) {
        return caps.remove(Asker.of(context), null);
    }

    @GetMapping("/v1/workloads/{id}/spend_cap")
    @Requires(Scope.BILLING_READ)
    @Tag(name = "Usage")
    @Operation(summary = "Read the spend cap of a workload", description = "Of it alone.")
    @ApiResponse(
            responseCode = "200",
            description = "The cap and how it stands.",
            content = @Content(schema = @Schema(implementation = SpendCapShapes.SpendCapNow.class)))
    JsonNode ofWorkload(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return caps.get(Asker.of(context), known(caller, id));
    }

    @PutMapping("/v1/workloads/{id}/spend_cap")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Tag(name = "Usage")
    @Operation(
            summary = "Set the spend cap of a workload",
            description =
                    "What counts is its share of the use of the account, as on the invoice, without fees. " + ABOUT)
    @ApiResponse(
            responseCode = "200",
            description = "The cap and how it stands.",
            content = @Content(schema = @Schema(implementation = SpendCapShapes.SpendCapNow.class)))
    JsonNode setOfWorkload(
            @PathVariable String id,
            @RequestBody SpendCapShapes.NewSpendCap wanted,
            Principal.Customer caller,
            RequestContext context) {
        return caps.set(Asker.of(context), known(caller, id), wanted);
    }

    @DeleteMapping("/v1/workloads/{id}/spend_cap")
    @Requires(Scope.BILLING_WRITE)
    @OwnTransaction
    @Tag(name = "Usage")
    @Operation(summary = "Take the spend cap of a workload away", description = "What it stopped starts again.")
    @ApiResponse(
            responseCode = "200",
            description = "How the workload stands without one.",
            content = @Content(schema = @Schema(implementation = SpendCapShapes.SpendCapNow.class)))
    JsonNode removeOfWorkload(@PathVariable String id, Principal.Customer caller, RequestContext context) {
        return caps.remove(Asker.of(context), known(caller, id));
    }

    @PutMapping("/operator/v1/accounts/{id}/prepaid")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Tag(name = "Operator")
    @Operation(
            summary = "Make an account prepaid, or no longer",
            description =
                    "The credit of a prepaid account is its cap: with none left what runs is stopped, and starts again when the "
                            + "credit is topped up.")
    @ApiResponse(
            responseCode = "200",
            description = "How the account's cap and credit stand.",
            content = @Content(schema = @Schema(implementation = SpendCapShapes.SpendCapNow.class)))
    JsonNode prepaid(
            @PathVariable String id,
            @RequestBody SpendCapShapes.PrepaidMode mode,
            Principal.Operator caller,
            RequestContext context) {
        AccountId account = Ids.account(id);
        accounts.get(account);
        if (mode.prepaid() == null) {
            throw Ids.invalid("prepaid", "must be true or false");
        }
        return downstream.json(Call.post(
                Owner.BILLING,
                "/internal/v1/operator/accounts/%s/prepaid".formatted(account),
                Asker.of(context),
                Json.mapper().createObjectNode().put("prepaid", mode.prepaid())));
    }

    private WorkloadId known(Principal.Customer caller, String id) {
        WorkloadId workload = Ids.workload(id);
        workloads.get(caller.account(), workload);
        return workload;
    }
}
