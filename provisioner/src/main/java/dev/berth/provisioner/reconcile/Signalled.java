package dev.berth.provisioner.reconcile;

import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Containers that somebody sent a signal through the engine, and when; when we had no intention to stop them it was not us. Only
 * events tell it, so it is lost with this process, and then such a stop counts as the program's own. Bounded. Thread-safe.
 */
final class Signalled {
    private static final int MOST = 10_000;

    private final HostClock clock;
    private final Map<ContainerId, Instant> containers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ContainerId, Instant> eldest) {
            return size() > MOST;
        }
    };

    Signalled(HostClock clock) {
        this.clock = clock;
    }

    synchronized void add(ContainerId container) {
        containers.put(container, clock.instant());
    }

    /** When it was, the last time; null when it was not. */
    synchronized @Nullable Instant at(ContainerId container) {
        return containers.get(container);
    }

    synchronized void forget(ContainerId container) {
        containers.remove(container);
    }
}
