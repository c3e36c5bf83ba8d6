package dev.berth.gateway.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.schema.id.OperatorKeyId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of somebody who runs Berth, as lists show it.
 *
 * @param name whose it is
 * @param prefix how the key begins; the rest is nowhere
 * @param createdBy {@code operator}, which is the key of the settings, or opk_…
 * @param expiresAt from when on it is refused; null: it does not end
 * @param lastUsedAt to the minute; null if it never was used
 * @param rotatedAt when it got the secret that it has; null: it is the first
 * @param oldValidUntil how long the secret before is let in too; null: there is none that is
 */
record OperatorKeyView(
        OperatorKeyId id,
        String name,
        OperatorRole role,
        String prefix,
        String createdBy,
        Instant createdAt,
        @JsonInclude @Nullable Instant expiresAt,
        @JsonInclude @Nullable Instant lastUsedAt,
        @JsonInclude @Nullable Instant rotatedAt,
        @JsonInclude @Nullable Instant oldValidUntil) {}
