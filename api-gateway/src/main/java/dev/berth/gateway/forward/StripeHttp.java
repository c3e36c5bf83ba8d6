package dev.berth.gateway.forward;

import dev.berth.gateway.edge.ChangesNothing;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Stripe's webhooks, passed on as they came with nothing kept here, and what the operator sees of them. */
@RestController
@Tag(name = "Operator", description = "For the owner of the machines, with the operator's key.")
class StripeHttp {
    private static final String EVENTS = "/internal/v1/operator/stripe/events";
    private static final List<String> STATES = List.of("received", "applied", "ignored", "quarantined");

    private final Downstream downstream;

    StripeHttp(Downstream downstream) {
        this.downstream = downstream;
    }

    /** Billing judges the signature, over the same bytes, and has written the event down when this answers. */
    @Hidden
    @PostMapping("/webhooks/stripe")
    @Requires.Open
    @OwnTransaction
    @ChangesNothing
    JsonNode webhook(
            @RequestHeader(name = "Stripe-Signature", required = false) @Nullable String signature,
            @RequestBody(required = false) byte @Nullable [] body,
            RequestContext context) {
        String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
        return downstream.json(Call.post(
                Owner.BILLING,
                "/internal/v1/stripe/webhook",
                Asker.of(context),
                Json.mapper().createObjectNode().put("body", text).put("signature", signature)));
    }

    @GetMapping("/operator/v1/stripe/events")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "List what Stripe told",
            description =
                    "The latest first. `quarantined` are events of another major version of its API: see what they "
                            + "are about, then replay them. `via` is `reconciliation` for what was never delivered.")
    @ApiResponse(
            responseCode = "200",
            description = "The events.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode events(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String limit,
            Principal.Operator caller,
            RequestContext context) {
        return downstream.json(Call.get(Owner.BILLING, EVENTS, Asker.of(context))
                .with("state", Ids.word("state", state, STATES))
                .with("limit", Ids.number("limit", limit, 1, 200)));
    }

    @GetMapping("/operator/v1/disputes")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "List contested payments",
            description = "The latest first, with what evidence leads back to, and until when it is taken.")
    @ApiResponse(
            responseCode = "200",
            description = "The disputes.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode disputes(
            @RequestParam(required = false) @Nullable String limit, Principal.Operator caller, RequestContext context) {
        return downstream.json(Call.get(Owner.BILLING, "/internal/v1/operator/disputes", Asker.of(context))
                .with("limit", Ids.number("limit", limit, 1, 200)));
    }

    @PostMapping("/operator/v1/stripe/events/{event}/replay")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Replay an event of Stripe's",
            description = "One in quarantine is looked at: what it is about is fetched as it is now.")
    @ApiResponse(
            responseCode = "200",
            description = "The event.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode replay(@PathVariable String event, Principal.Operator caller, RequestContext context) {
        return post("%s/%s/replay".formatted(EVENTS, Ids.name("event", event)), context);
    }

    @PostMapping("/operator/v1/stripe/reconcile")
    @Requires.OperatorOnly(OperatorRole.FINANCE)
    @OwnTransaction
    @Operation(
            summary = "Reconcile with Stripe",
            description = "Reads Stripe's list of events now, as each night: `missed` were never delivered.")
    @ApiResponse(
            responseCode = "200",
            description = "What was found.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode reconcile(Principal.Operator caller, RequestContext context) {
        return post("/internal/v1/operator/stripe/reconcile", context);
    }

    private JsonNode post(String path, RequestContext context) {
        return downstream.json(Call.post(Owner.BILLING, path, Asker.of(context)));
    }
}
