package dev.berth.schema.workload;

/**
 * With what an image is fetched from a registry that does not give it to everybody.
 *
 * @param registry {@code host} or {@code host:port}, as the image's name has it
 * @param version of the password
 * @param sealed the password, which {@link dev.berth.schema.wire.SecretBox} opens for this account, the name {@code registry/} with the
 *     registry, and the version only
 */
public record RegistryLogin(String registry, String username, int version, String sealed) {}
