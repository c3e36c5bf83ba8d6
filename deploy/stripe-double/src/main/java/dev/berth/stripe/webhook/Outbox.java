package dev.berth.stripe.webhook;

import dev.berth.stripe.fault.FaultKind;
import dev.berth.stripe.fault.Faults;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes down, in the transaction that made an event, to whom and when it is to be delivered; the webhook faults act here. */
public final class Outbox {
    /** The kind of a delivery. */
    static final String KIND = "_delivery";

    /** The kind of an endpoint; its secret is among its fields. */
    public static final String ENDPOINTS = "webhook_endpoint";

    private Outbox() {}

    /** Plans the deliveries of an event and sets its {@code pending_webhooks}. */
    public static void plan(Tx tx, long nowMillis, ObjectNode event) {
        String type = Json.text(event, "type");
        List<ObjectNode> wanting = tx.newestFirst(ENDPOINTS).reversed().stream()
                .filter(endpoint -> Json.text(endpoint, "status").equals("enabled") && wants(endpoint, type))
                .toList();
        event.put("pending_webhooks", wanting.size());
        for (ObjectNode endpoint : wanting) {
            if (Faults.onEvent(tx, FaultKind.WEBHOOK_DROP, type).isPresent()) {
                continue;
            }
            plan(tx, nowMillis, event, endpoint);
        }
    }

    private static void plan(Tx tx, long nowMillis, ObjectNode event, ObjectNode endpoint) {
        String type = Json.text(event, "type");
        long due = nowMillis
                + Faults.onEvent(tx, FaultKind.WEBHOOK_DELAY, type)
                        .map(fault -> Json.number(fault, "seconds") * 1_000)
                        .orElse(0L);
        Optional<ObjectNode> shuffle = Faults.onEvent(tx, FaultKind.WEBHOOK_SHUFFLE, type);
        ObjectNode delivery = Json.of(
                "id",
                "",
                "event",
                Json.text(event, "id"),
                "type",
                type,
                "endpoint",
                Json.text(endpoint, "id"),
                "due_millis",
                due,
                "state",
                "pending",
                "attempts",
                List.of());
        Faults.onEvent(tx, FaultKind.WEBHOOK_API_VERSION, type)
                .ifPresent(fault -> delivery.put(
                        "version",
                        Json.text(fault, "version").isEmpty() ? "2026-10-28.endive" : Json.text(fault, "version")));
        Faults.onEvent(tx, FaultKind.WEBHOOK_TWO_SIGNATURES, type).ifPresent(_ -> delivery.put("signed", "twice"));
        Faults.onEvent(tx, FaultKind.WEBHOOK_WRONG_SIGNATURE, type).ifPresent(_ -> delivery.put("signed", "wrongly"));
        Faults.onEvent(tx, FaultKind.WEBHOOK_TIMESTAMP, type)
                .ifPresent(fault -> delivery.put("shift_seconds", Json.number(fault, "seconds")));
        long copies = Faults.onEvent(tx, FaultKind.WEBHOOK_DUPLICATE, type)
                .map(fault -> Math.max(2, Json.number(fault, "copies")))
                .orElse(1L);
        for (int i = 0; i < copies; i++) {
            ObjectNode copy = delivery.deepCopy();
            copy.put("id", Ids.next("dlv"));
            shuffle.ifPresent(fault -> copy.put("due_millis", due + Ids.below(window(fault))));
            tx.put(KIND, copy);
        }
    }

    private static int window(ObjectNode shuffle) {
        long millis = Json.number(shuffle, "millis");
        return millis < 1 ? 500 : (int) Math.min(millis, 3_600_000);
    }

    private static boolean wants(ObjectNode endpoint, String type) {
        for (JsonNode wanted : endpoint.path("enabled_events")) {
            String pattern = wanted.asString("");
            if (pattern.equals("*")
                    || pattern.equals(type)
                    || (pattern.endsWith(".*") && type.startsWith(pattern.substring(0, pattern.length() - 1)))) {
                return true;
            }
        }
        return false;
    }

    /** All deliveries that are known, the newest first; for people and tests. */
    public static List<ObjectNode> deliveries(Tx tx) {
        return tx.newestFirst(KIND);
    }

    /** Makes everything that is still to be delivered due at once. */
    public static int flush(Tx tx) {
        int count = 0;
        for (ObjectNode known : tx.newestFirst(KIND)) {
            if (Json.text(known, "state").equals("pending")) {
                tx.put(KIND, known.deepCopy().put("due_millis", 0));
                count++;
            }
        }
        return count;
    }
}
