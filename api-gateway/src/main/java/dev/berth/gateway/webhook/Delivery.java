package dev.berth.gateway.webhook;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.DeliveryId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WebhookEndpointId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event for an endpoint.
 *
 * @param attempts begun so far; the number of the last one is what its result must name
 * @param failures of the present round, which a replay begins anew
 * @param nextAttemptAt of one that waits; of one under way when it counts as interrupted
 */
record Delivery(
        DeliveryId id,
        WebhookEndpointId endpoint,
        AccountId account,
        EventId event,
        String type,
        boolean test,
        DeliveryState state,
        int attempts,
        int failures,
        @Nullable Instant nextAttemptAt,
        @Nullable Integer status,
        @Nullable String message,
        Instant createdAt,
        @Nullable Instant endedAt) {
    /** A new one, which is due at once. */
    static Delivery due(Endpoint endpoint, EventId event, String type, boolean test, Instant now) {
        return new Delivery(
                DeliveryId.next(),
                endpoint.id(),
                endpoint.account(),
                event,
                type,
                test,
                DeliveryState.WAITING,
                0,
                0,
                now,
                null,
                null,
                now,
                null);
    }

    /** A new one that is not tried. */
    static Delivery held(Endpoint endpoint, EventId event, String type, String why, Instant now) {
        return new Delivery(
                DeliveryId.next(),
                endpoint.id(),
                endpoint.account(),
                event,
                type,
                false,
                DeliveryState.HELD,
                0,
                0,
                null,
                null,
                why,
                now,
                now);
    }

    DeliveryView view(@Nullable String body, @Nullable List<DeliveryView.Attempt> log) {
        return new DeliveryView(
                id,
                endpoint,
                event,
                type,
                test,
                state,
                attempts,
                state == DeliveryState.WAITING ? nextAttemptAt : null,
                status,
                message,
                createdAt,
                endedAt,
                body,
                log);
    }
}
