package dev.berth.gateway.feed;

import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The latest that was heard of a container.
 *
 * @param generation of the wish that it was started for; 0 where only its stop was heard of
 * @param reason why it stopped, or the code of a launch that failed
 * @param paused whether it is frozen; it runs then too
 * @param changedAt when it came to be so, by the engine's time
 */
record Sighting(
        ContainerId container,
        WorkloadId workload,
        long generation,
        int replica,
        State state,
        String image,
        @Nullable Integer exitCode,
        @Nullable String reason,
        @Nullable String message,
        int cpuMillis,
        int memoryMib,
        Instant changedAt,
        boolean paused) {
    /** Where it is. */
    enum State {
        RUNNING,
        STOPPED,
        FAILED;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static State of(String text) {
            return valueOf(text.toUpperCase(java.util.Locale.ROOT));
        }
    }
}
