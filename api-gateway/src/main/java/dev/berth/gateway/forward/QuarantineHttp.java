package dev.berth.gateway.forward;

import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Events that could not be applied, of all services, and their replay. */
@RestController
@Tag(name = "Operator")
class QuarantineHttp {
    private static final int MOST = 200;

    private final Downstream downstream;
    private final List<Inbox> inboxes;

    QuarantineHttp(Downstream downstream, List<Inbox> inboxes) {
        this.downstream = downstream;
        this.inboxes = List.copyOf(inboxes);
    }

    @GetMapping("/operator/v1/quarantine")
    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @Operation(
            summary = "List quarantined events",
            description = "Of all services, the oldest first within each. A service that does not answer is named in "
                    + "`unavailable`; its events are not lost, only not listed now.")
    @ApiResponse(
            responseCode = "200",
            description = "The events that could not be applied.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode list(Principal.Operator caller, RequestContext context) {
        ObjectNode answer = Json.mapper().createObjectNode();
        ArrayNode data = answer.putArray("data");
        for (Inbox inbox : inboxes) {
            for (Inbox.Quarantined one : inbox.quarantined(MOST)) {
                add(data, Service.GATEWAY.schema(), Json.mapper().valueToTree(one));
            }
        }
        ArrayNode unavailable = Json.mapper().createArrayNode();
        for (Owner owner : Owner.values()) {
            try {
                JsonNode rows = downstream.json(Call.get(owner, "/internal/v1/quarantine", Asker.of(context)));
                (rows.isArray() ? rows : rows.path("data")).forEach(row -> add(data, owner.text(), row));
            } catch (Refusal away) {
                unavailable.add(owner.text());
            }
        }
        answer.putNull("next_cursor");
        answer.set("unavailable", unavailable);
        return answer;
    }

    @PostMapping("/operator/v1/quarantine/{consumer}/{id}/replay")
    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @OwnTransaction
    @Operation(
            summary = "Replay a quarantined event",
            description = "Applies it again, once; `replayed` says whether it worked.")
    @ApiResponse(
            responseCode = "200",
            description = "Whether it worked.",
            content = @Content(schema = @Schema(type = "object")))
    JsonNode replay(
            @PathVariable String consumer, @PathVariable String id, Principal.Operator caller, RequestContext context) {
        Consumer known = Arrays.stream(Consumer.values())
                .filter(one -> one.groupName().equals(consumer))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("consumer", consumer));
        long row = number(id);
        return switch (known.service()) {
            case GATEWAY -> replayHere(consumer, row);
            case PROVISIONER -> replayAt(Owner.PROVISIONER, known, row, context);
            case METERING -> replayAt(Owner.METERING, known, row, context);
            case BILLING -> replayAt(Owner.BILLING, known, row, context);
        };
    }

    private JsonNode replayHere(String consumer, long id) {
        for (Inbox inbox : inboxes) {
            if (inbox.quarantined(Integer.MAX_VALUE).stream()
                    .anyMatch(one -> one.id() == id && one.consumer().equals(consumer))) {
                try {
                    return Json.mapper().createObjectNode().put("id", id).put("replayed", inbox.replay(id));
                } catch (NoSuchElementException e) {
                    break; // somebody else was quicker
                }
            }
        }
        throw Refusal.notFound("quarantined event", Long.toString(id));
    }

    private JsonNode replayAt(Owner owner, Consumer consumer, long id, RequestContext context) {
        String path = "/internal/v1/quarantine/%s/%d/replay".formatted(consumer.groupName(), id);
        return downstream.json(Call.post(owner, path, Asker.of(context)));
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw Refusal.notFound("quarantined event", id);
        }
    }

    private static void add(ArrayNode data, String service, JsonNode row) {
        ObjectNode named = Json.mapper().createObjectNode().put("service", service);
        named.setAll((ObjectNode) row);
        data.add(named);
    }
}
