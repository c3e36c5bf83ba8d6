package dev.berth.gateway.forward;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
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

/** What the operator asks of the services behind the gateway. */
@RestController
@Tag(name = "Operator", description = "For the owner of the machines, with the operator's key.")
class OperatorHttp {
    /** Past due is what billing finds, and nobody sets. */
    private static final List<String> STANDINGS = Stream.of(Standing.GOOD, Standing.SUSPENDED, Standing.CLOSED)
            .map(Standing::text)
            .toList();

    private static final int MAX_REASON = 500;

    private final Downstream downstream;
    private final Accounts accounts;

    OperatorHttp(Downstream downstream, Accounts accounts) {
        this.downstream = downstream;
        this.accounts = accounts;
    }

    /** A pass over all accounts or one, as of a time. */
    record Pass(@Nullable String account, @Nullable String at) {}

    /** A reason. */
    record Reason(@Nullable String reason) {}

    /** What the money is booked with, such as the bank's own reference. */
    record Reference(@Nullable String reference) {}

    /** How an account is to stand. */
    record NewStanding(@Nullable String standing, @Nullable String reason) {}

    @PostMapping("/operator/v1/billing/close")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Close billing periods",
            description =
                    "Closes the period that contains `at` (now, if not given) at that moment, for one account or all, once "
                            + "the watermark has passed it. The same call again answers how far it is. A close of all accounts is worked "
                            + "off: `closes` is a page of what has ended so far, and the next one takes its `at` with its cursor.")
    @ApiResponse(
            responseCode = "202",
            description = "How far each close is: waiting_for_watermark, finalized or nothing_to_bill.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode close(
            @RequestBody(required = false) @Nullable Pass pass,
            Principal.Operator caller,
            RequestContext context,
            Paging paging) {
        return downstream.json(ContainersHttp.page(
                Call.post(Owner.BILLING, "/internal/v1/operator/close", Asker.of(context), body(pass)), paging));
    }

    @PostMapping("/operator/v1/billing/dunning/run")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Run the dunning pass",
            description = "As if it were `at`, which may lie in the future. Answers the standings that changed.")
    @ApiResponse(
            responseCode = "200",
            description = "The standings that changed.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode dunning(
            @RequestBody(required = false) @Nullable Pass pass, Principal.Operator caller, RequestContext context) {
        return billing("/internal/v1/operator/dunning/run", body(pass), context);
    }

    @GetMapping("/operator/v1/invoices")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(summary = "List invoices of an account, or of all")
    @ApiResponse(
            responseCode = "200",
            description = "A page of invoices.",
            content = @Content(schema = @Schema(implementation = Shapes.InvoicePage.class)))
    JsonNode invoices(
            @Parameter(description = "Only this account's.") @RequestParam(required = false) @Nullable String account,
            @RequestParam(required = false) @Nullable String status,
            Principal.Operator caller,
            RequestContext context,
            Paging paging) {
        return downstream.json(ContainersHttp.page(
                Call.get(Owner.BILLING, "/internal/v1/invoices", Asker.of(context))
                        .with("account", named(account))
                        .with("status", Ids.word("status", status, InvoicesHttp.STATUSES)),
                paging));
    }

    @PostMapping("/operator/v1/invoices/{id}/mark_paid")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(summary = "Mark an invoice paid", description = "For money that came another way.")
    @ApiResponse(
            responseCode = "200",
            description = "The invoice.",
            content = @Content(schema = @Schema(implementation = Shapes.Invoice.class)))
    JsonNode markPaid(
            @PathVariable String id,
            @RequestBody(required = false) @Nullable Reference reference,
            Principal.Operator caller,
            RequestContext context) {
        ObjectNode body = Json.mapper().createObjectNode();
        if (reference != null && reference.reference() != null) {
            body.put("reference", text("reference", reference.reference()));
        }
        return billing("/internal/v1/operator/invoices/%s/mark_paid".formatted(Ids.invoice(id)), body, context);
    }

    @PostMapping("/operator/v1/invoices/{id}/void")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(summary = "Void an invoice", description = "Nothing is owed for it any more; it stays, with the reason.")
    @ApiResponse(
            responseCode = "200",
            description = "The invoice.",
            content = @Content(schema = @Schema(implementation = Shapes.Invoice.class)))
    JsonNode voided(
            @PathVariable String id, @RequestBody Reason reason, Principal.Operator caller, RequestContext context) {
        ObjectNode body = Json.mapper().createObjectNode().put("reason", text("reason", reason.reason()));
        return billing("/internal/v1/operator/invoices/%s/void".formatted(Ids.invoice(id)), body, context);
    }

    @PostMapping("/operator/v1/accounts/{id}/standing")
    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @OwnTransaction
    @Operation(
            summary = "Set how an account stands",
            description =
                    "`good`, `suspended` (its containers stop, its data stays) or `closed` (its containers stop, its network "
                            + "is removed, its last invoice is made), which is for ever.")
    @ApiResponse(
            responseCode = "200",
            description = "The standing.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode standing(
            @PathVariable String id,
            @RequestBody NewStanding wanted,
            Principal.Operator caller,
            RequestContext context) {
        if (wanted.standing() == null) {
            throw Ids.invalid("standing", "is required");
        }
        ObjectNode body = Json.mapper()
                .createObjectNode()
                .put("standing", Ids.word("standing", wanted.standing(), STANDINGS))
                .put("reason", text("reason", wanted.reason()));
        return billing(
                "/internal/v1/operator/accounts/%s/standing".formatted(existing(Ids.account(id))), body, context);
    }

    @GetMapping("/operator/v1/hosts")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(summary = "List the hosts", description = "With the findings of each engine's settings.")
    @ApiResponse(
            responseCode = "200",
            description = "The hosts.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode hosts(Principal.Operator caller, RequestContext context) {
        return listed(downstream.json(Call.get(Owner.PROVISIONER, "/internal/v1/hosts", Asker.of(context))));
    }

    @PostMapping("/operator/v1/hosts/{name}/retire")
    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @OwnTransaction
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Retire a host that will not come back",
            description =
                    "What was on it is lost and is run elsewhere; it is billed up to the last proof of its life, and the "
                            + "watermark waits for the host no longer. Refused while its engine answers.")
    @ApiResponse(
            responseCode = "202",
            description = "The host: retiring, and a moment later retired.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode retire(@PathVariable String name, Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.post(
                Owner.PROVISIONER,
                "/internal/v1/operator/hosts/%s/retire".formatted(Ids.host(name)),
                Asker.of(context)));
    }

    @GetMapping("/operator/v1/audit")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Compare intervals with inventories",
            description = "What was measured against what was seen to run; gaps are reported, never guessed.")
    @ApiResponse(responseCode = "200", description = "The gaps.", content = @Content(schema = @Schema(type = "object")))
    JsonNode audit(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String account,
            Principal.Operator caller,
            RequestContext context) {
        return listed(downstream.json(Call.get(Owner.METERING, "/internal/v1/audit", Asker.of(context))
                .with("from", time("from", from))
                .with("to", time("to", to))
                .with("account", named(account))));
    }

    @GetMapping("/operator/v1/ledger/trial_balance")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Read the trial balance",
            description = "The sum of each account of the ledger; all of them add up to zero.")
    @ApiResponse(
            responseCode = "200",
            description = "The balance.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode trialBalance(Principal.Operator caller, RequestContext context) {
        return downstream.json(
                Call.get(Owner.BILLING, "/internal/v1/operator/ledger/trial_balance", Asker.of(context)));
    }

    @GetMapping("/operator/v1/metering/watermark")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "Read the watermark",
            description = "Up to when use is known to be complete, in all and per partition.")
    @ApiResponse(
            responseCode = "200",
            description = "The watermark.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode watermark(Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.get(Owner.METERING, "/internal/v1/watermark", Asker.of(context)));
    }

    /** The account in a parameter or a field, if one is named. */
    private @Nullable AccountId named(@Nullable String account) {
        AccountId id = Ids.accountParameter(account);
        return id == null ? null : existing(id);
    }

    /** An account that there is: the owners behind the gateway would wait for one that they have not heard of. */
    private AccountId existing(AccountId account) {
        return accounts.get(account).id();
    }

    private JsonNode billing(String path, ObjectNode body, RequestContext context) {
        return downstream.json(Call.post(Owner.BILLING, path, Asker.of(context), body));
    }

    private ObjectNode body(@Nullable Pass pass) {
        ObjectNode body = Json.mapper().createObjectNode();
        if (pass != null) {
            AccountId account = named(pass.account());
            if (account != null) {
                body.put("account", account.toString());
            }
            String at = time("at", pass.at());
            if (at != null) {
                body.put("at", at);
            }
        }
        return body;
    }

    private static @Nullable String time(String name, @Nullable String text) {
        Instant at = Ids.instant(name, text, ZoneOffset.UTC);
        return at == null ? null : Json.text(at);
    }

    private static String text(String name, @Nullable String text) {
        if (text == null || text.isBlank() || text.length() > MAX_REASON || !Words.isPlain(text)) {
            throw Ids.invalid(
                    name, "must be 1 to %d characters, none of them control characters".formatted(MAX_REASON));
        }
        return text.strip();
    }

    /** A bare array as a list of the API. */
    private static JsonNode listed(JsonNode answer) {
        if (!answer.isArray()) {
            return answer;
        }
        ObjectNode list = Json.mapper().createObjectNode();
        list.set("data", answer);
        list.putNull("next_cursor");
        return list;
    }
}
