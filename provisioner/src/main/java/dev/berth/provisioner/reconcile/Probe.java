package dev.berth.provisioner.reconcile;

import dev.berth.schema.workload.HealthCheck;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a container once how it is. */
@FunctionalInterface
interface Probe {
    /**
     * Why it is not well, in words for people; empty when it is. Ends within the check's time-out and a little.
     *
     * @param name the engine's name of the container
     * @param address of it on its network; null where the engine says none
     */
    Optional<String> ask(String name, @Nullable String address, HealthCheck check);
}
