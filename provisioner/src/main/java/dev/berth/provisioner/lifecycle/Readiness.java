package dev.berth.provisioner.lifecycle;

import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Which running containers cannot be given work, as their checks told this process last. One that was not asked here, or has no checks,
 * is not among them. Thread-safe.
 */
@Component
public class Readiness {
    private static final Duration TOLD_WITHIN = Duration.ofMinutes(1);

    private final Set<ContainerId> unready = ConcurrentHashMap.newKeySet();
    private volatile boolean tells;
    private volatile long toldNanos;

    /** What the checks of a container said. */
    public void said(ContainerId container, boolean canWork) {
        if (canWork) {
            unready.remove(container);
        } else {
            unready.add(container);
        }
    }

    /** Forgets all but these; told while this process asks how containers are. */
    public void retain(Set<ContainerId> standing) {
        toldNanos = System.nanoTime();
        tells = true;
        unready.retainAll(standing);
    }

    /** Whether this process asks how containers are; another one does, where it does not. */
    public boolean tells() {
        return tells && System.nanoTime() - toldNanos < TOLD_WITHIN.toNanos();
    }

    /** Whether it can be given work, for all that is known. */
    public boolean of(ContainerId container) {
        return !unready.contains(container);
    }
}
