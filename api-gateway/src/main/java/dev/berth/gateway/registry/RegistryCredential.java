package dev.berth.gateway.registry;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.RegistryLogin;
import java.time.Instant;

/**
 * What an account shows a registry, at its latest version.
 *
 * @param sealed the password, which only {@link dev.berth.schema.wire.SecretBox} opens
 */
record RegistryCredential(
        AccountId account,
        String registry,
        String username,
        int version,
        String sealed,
        Instant createdAt,
        Instant updatedAt) {
    /** As it is in a wish. */
    RegistryLogin login() {
        return new RegistryLogin(registry, username, version, sealed);
    }
}
