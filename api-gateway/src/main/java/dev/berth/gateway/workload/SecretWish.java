package dev.berth.gateway.workload;

import dev.berth.schema.workload.SecretUse;
import org.jspecify.annotations.Nullable;

/**
 * A secret in a workload's containers, checked by {@link ContentRules}.
 *
 * @param version 0 until it was looked up
 * @param env the variable that has it; or null, and
 * @param path where its file is
 * @param sealed the value, sealed
 */
record SecretWish(
        String name,
        int version,
        @Nullable String env,
        @Nullable String path,
        String sealed) {
    /** At a version. */
    SecretWish at(int next, String nextSealed) {
        return new SecretWish(name, next, env, path, nextSealed);
    }

    /** As it is wished; only of one that was looked up. */
    SecretUse event() {
        return new SecretUse(name, version, env, path, sealed);
    }
}
