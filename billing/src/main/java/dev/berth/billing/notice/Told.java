package dev.berth.billing.notice;

import dev.berth.billing.stripe.StripeApi;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an event says of itself and of the object that it is about; the object's own contents are never taken from it.
 *
 * @param apiVersion such as {@code 2026-07-29.dahlia}; null in events of accounts that pin none
 */
record Told(
        String id, String type, @Nullable String apiVersion, String objectType, String objectId, Instant occurredAt) {
    private static final int LONGEST = 255;

    /** Reads an event; empty when it is none. */
    static Optional<Told> read(String body) {
        try {
            return of(Json.mapper().readTree(body));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<Told> of(JsonNode event) {
        JsonNode object = event.path("data").path("object");
        String id = event.path("id").asString("");
        String type = event.path("type").asString("");
        if (!event.path("object").asString("").equals("event")
                || id.isEmpty()
                || type.isEmpty()
                || id.length() > LONGEST
                || type.length() > LONGEST
                || !event.path("created").isIntegralNumber()) {
            return Optional.empty();
        }
        return Optional.of(new Told(
                id,
                type,
                event.path("api_version").asString(null),
                object.path("object").asString("unknown"),
                object.path("id").asString("unknown"),
                Instant.ofEpochSecond(event.path("created").asLong())));
    }

    /** Whether it is of the version whose meaning is known: the dates of one name differ compatibly. */
    boolean ofKnownVersion() {
        return apiVersion != null && apiVersion.endsWith("." + StripeApi.MAJOR);
    }
}
