package dev.berth.gateway.webhook;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WebhookEndpointId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an account wants its events sent.
 *
 * @param events filters, none for all
 * @param disabledReason why Berth disabled it; null where its owner did
 * @param fromPosition in the feed; events behind it are sent
 * @param secretVersion of the sealed signing secret
 * @param failingSince the first attempt that failed after the last that did not
 */
record Endpoint(
        WebhookEndpointId id,
        AccountId account,
        String url,
        String description,
        List<String> events,
        boolean disabled,
        @Nullable String disabledReason,
        long fromPosition,
        long generation,
        int secretVersion,
        String sealed,
        @Nullable Previous previous,
        @Nullable Instant failingSince,
        @Nullable Instant succeededAt,
        String createdBy,
        Instant createdAt,
        Instant updatedAt) {
    /**
     * The secret before the present one, which was of the version before.
     *
     * @param until it signs too until then
     */
    record Previous(String sealed, Instant until) {}

    Endpoint {
        events = List.copyOf(events);
    }

    /** As its owner wants it from now on. */
    Endpoint with(String url, String description, List<String> events, Instant at) {
        return new Endpoint(
                id,
                account,
                url,
                description,
                events,
                disabled,
                disabledReason,
                fromPosition,
                generation + 1,
                secretVersion,
                sealed,
                previous,
                failingSince,
                succeededAt,
                createdBy,
                createdAt,
                at);
    }

    /** Nothing is sent to it any more. */
    Endpoint disabled(@Nullable String reason, Instant at) {
        return switched(true, reason, fromPosition, failingSince, at);
    }

    /** What stands behind a position is sent to it. */
    Endpoint enabled(long from, Instant at) {
        return switched(false, null, from, null, at);
    }

    private Endpoint switched(boolean off, @Nullable String reason, long from, @Nullable Instant failing, Instant at) {
        return new Endpoint(
                id,
                account,
                url,
                description,
                events,
                off,
                reason,
                from,
                generation + 1,
                secretVersion,
                sealed,
                previous,
                failing,
                succeededAt,
                createdBy,
                createdAt,
                at);
    }

    /** With another secret; the one before the present one signs no more. */
    Endpoint rotated(String nextSealed, Instant until, Instant at) {
        return new Endpoint(
                id,
                account,
                url,
                description,
                events,
                disabled,
                disabledReason,
                fromPosition,
                generation + 1,
                secretVersion + 1,
                nextSealed,
                new Previous(sealed, until),
                failingSince,
                succeededAt,
                createdBy,
                createdAt,
                at);
    }

    /** After an attempt; what its owner sees of it as an object has not changed. */
    Endpoint tried(@Nullable Instant failing, @Nullable Instant succeeded) {
        return new Endpoint(
                id,
                account,
                url,
                description,
                events,
                disabled,
                disabledReason,
                fromPosition,
                generation,
                secretVersion,
                sealed,
                previous,
                failing,
                succeeded,
                createdBy,
                createdAt,
                updatedAt);
    }

    String etag() {
        return "\"%d\"".formatted(generation);
    }
}
