package dev.berth.gateway.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.WebhookEndpointId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as the API answers it.
 *
 * @param disabledReason why Berth disabled it; null where its owner did
 * @param failingSince the first attempt that failed after the last that did not; null while all is well
 * @param succeededAt the last attempt that did not fail
 * @param previousSecretUntil until when the secret before the present one signs too
 * @param secret in the answers that make or rotate it and nowhere else
 */
public record EndpointView(
        WebhookEndpointId id,
        String url,
        String description,
        List<String> events,
        boolean disabled,
        @JsonInclude @Nullable String disabledReason,
        @JsonInclude @Nullable Instant failingSince,
        @JsonInclude @Nullable Instant succeededAt,
        @JsonInclude @Nullable Instant previousSecretUntil,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        long generation,
        String etag,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {
    static EndpointView of(Endpoint endpoint, Instant now, @Nullable String secret) {
        Endpoint.Previous previous = endpoint.previous();
        return new EndpointView(
                endpoint.id(),
                endpoint.url(),
                endpoint.description(),
                endpoint.events(),
                endpoint.disabled(),
                endpoint.disabledReason(),
                endpoint.failingSince(),
                endpoint.succeededAt(),
                previous == null || !previous.until().isAfter(now) ? null : previous.until(),
                endpoint.createdBy(),
                endpoint.createdAt(),
                endpoint.updatedAt(),
                endpoint.generation(),
                endpoint.etag(),
                secret);
    }

    @Override
    public String toString() {
        return "EndpointView[id=" + id + "]";
    }
}
