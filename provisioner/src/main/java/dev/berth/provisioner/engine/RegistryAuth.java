package dev.berth.provisioner.engine;

/**
 * With what a registry knows an account. Given to no other registry, and not shown in words.
 *
 * @param registry {@code host} or {@code host:port} as {@link ImageReference#registry} has it
 */
public record RegistryAuth(String registry, String username, String password) {
    @Override
    public String toString() {
        return "RegistryAuth[registry=" + registry + "]";
    }
}
