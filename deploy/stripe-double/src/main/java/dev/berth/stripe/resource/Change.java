package dev.berth.stripe.resource;

import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import dev.berth.stripe.webhook.Outbox;
import dev.berth.stripe.wire.StripeError;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One change of the double's state: the transaction, the time, and who asked. For one thread.
 *
 * @param tx the transaction
 * @param time the double's time
 * @param requestId the request that asked; null when nobody did, such as a dispute that comes by itself
 * @param key its idempotency key, if it had one
 * @param hostedBase where the pages for customers are
 */
public record Change(
        Tx tx,
        Instant time,
        @Nullable String requestId,
        @Nullable String key,
        String hostedBase) {
    /** The version that every object has the form of. */
    public static final String API_VERSION = "2026-07-29.dahlia";

    private static final String JOBS = "_job";

    /** The time in s since 1970. */
    public long now() {
        return time.getEpochSecond();
    }

    /** An object that must be there: 404, or with a parameter's name 400. */
    public ObjectNode get(String kind, String id, @Nullable String param) {
        return tx.find(kind, id).orElseThrow(() -> StripeError.missing(kind, id, param));
    }

    /** Keeps an object. */
    public ObjectNode put(ObjectNode object) {
        tx.put(Json.text(object, "object"), object);
        return object;
    }

    /** Keeps an event that shows the object as it is now. */
    public void emit(String type, ObjectNode object) {
        emit(type, object, null);
    }

    /** Keeps an object that was updated, and an event that shows what changed, when anything did. */
    public ObjectNode update(String type, ObjectNode before, ObjectNode after) {
        put(after);
        ObjectNode previous = Json.of();
        after.propertyStream()
                .filter(field -> differs(before, field.getKey(), field.getValue()))
                .forEach(field -> previous.set(
                        field.getKey(),
                        before.has(field.getKey()) ? before.path(field.getKey()).deepCopy() : null));
        if (!previous.isEmpty()) {
            emit(type, after, previous);
        }
        return after;
    }

    /** As it is written: a tree that was read has small numbers of another class than one that was made. */
    private static boolean differs(ObjectNode before, String field, JsonNode now) {
        return !before.has(field) || !Json.line(now).equals(Json.line(before.path(field)));
    }

    private void emit(String type, ObjectNode object, @Nullable ObjectNode previous) {
        ObjectNode data = Json.of("object", object.deepCopy());
        if (previous != null) {
            data.set("previous_attributes", previous);
        }
        ObjectNode event = Template.of(this, "event", Ids.next("evt"));
        event.put("api_version", API_VERSION).put("type", type).set("data", data);
        event.set("request", Json.of("id", requestId, "idempotency_key", key));
        Outbox.plan(tx, time.toEpochMilli(), event);
        put(event);
    }

    /** Writes down what is to happen by itself, later by the double's clock. */
    void later(Duration after, String what, String subject) {
        tx.put(
                JOBS,
                Json.of(
                        "id",
                        Ids.next("job"),
                        "due_millis",
                        time.plus(after).toEpochMilli(),
                        "what",
                        what,
                        "subject",
                        subject));
    }

    /** Takes the next of those things that is due. */
    public Optional<ObjectNode> takeDue() {
        Optional<ObjectNode> due = tx.newestFirst(JOBS).reversed().stream()
                .filter(job -> Json.number(job, "due_millis") <= time.toEpochMilli())
                .findFirst();
        due.ifPresent(job -> tx.remove(JOBS, Json.text(job, "id")));
        return due;
    }
}
