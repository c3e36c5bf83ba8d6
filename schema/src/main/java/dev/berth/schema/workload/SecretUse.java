package dev.berth.schema.workload;

import org.jspecify.annotations.Nullable;

/**
 * A secret of the account in a container: as a variable of its environment, or as a file in memory. Exactly one of {@code env} and
 * {@code path} is given.
 *
 * @param name of the secret
 * @param version of its value
 * @param env the name of the variable
 * @param path where the file is, absolute
 * @param sealed the value, which {@link dev.berth.schema.wire.SecretBox} opens for this account, name and version only
 */
public record SecretUse(
        String name,
        int version,
        @Nullable String env,
        @Nullable String path,
        String sealed) {}
