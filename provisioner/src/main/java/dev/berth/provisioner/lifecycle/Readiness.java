package dev.berth.provisioner.lifecycle;

import dev.berth.schema.id.ContainerId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Which running containers cannot be given work, as their checks told this process last. One that was not asked here, or has no checks,
 * is not among them. Thread-safe.
 */
@Component
public class Readiness {
    private final Set<ContainerId> unready = ConcurrentHashMap.newKeySet();

    /** What the checks of a container said. */
    public void said(ContainerId container, boolean canWork) {
        if (canWork) {
            unready.remove(container);
        } else {
            unready.add(container);
        }
    }

    /** Forgets all but these. */
    public void retain(Set<ContainerId> standing) {
        unready.retainAll(standing);
    }

    /** Whether it can be given work, for all that is known. */
    public boolean of(ContainerId container) {
        return !unready.contains(container);
    }
}
