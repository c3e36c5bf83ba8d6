package dev.berth.gateway.secret;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SecretId;
import java.time.Instant;

/**
 * A secret at its latest version.
 *
 * @param sealed its value, which only {@link dev.berth.schema.wire.SecretBox} opens
 */
record Secret(
        SecretId id,
        AccountId account,
        String name,
        int version,
        String sealed,
        Instant createdAt,
        Instant updatedAt) {}
