package dev.berth.gateway.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.DeliveryId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WebhookEndpointId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as the API answers it.
 *
 * @param event the event's id, which is {@code webhook-id} of each attempt
 * @param type of the event
 * @param test whether it was asked for by hand; a test is tried once
 * @param attempts how many were begun
 * @param nextAttemptAt of one that waits
 * @param status HTTP, of the last attempt that was answered
 * @param message why the last attempt failed, or why there was none; null when there is nothing to say
 * @param endedAt since when it is not tried any more
 * @param body what is sent, byte for byte; not in lists, and not where the reader may not read events of its type
 * @param log its attempts, the latest first, at most the last 50; not in lists
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DeliveryView(
        DeliveryId id,
        WebhookEndpointId endpoint,
        EventId event,
        String type,
        boolean test,
        DeliveryState state,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Integer status,
        @Nullable String message,
        Instant createdAt,
        @Nullable Instant endedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String body,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Attempt> log) {
    /**
     * An attempt.
     *
     * @param number from 1
     * @param durationMs from its beginning to its end; null while it is under way
     * @param status HTTP; null where nothing was answered
     * @param message why it failed; null for a success
     * @param response the beginning of the body that was answered
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Attempt(
            int number,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable Long durationMs,
            @Nullable Integer status,
            @Nullable String message,
            @Nullable String response) {}
}
