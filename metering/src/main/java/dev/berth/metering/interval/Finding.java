package dev.berth.metering.interval;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something about a container that does not fit together, or a gap. It stands as long as it is so: the fact that was missing
 * removes it when it comes. Known by (container, kind, from).
 *
 * @param to the end of the span in question, null when it has none
 * @param detail for people
 */
public record Finding(
        Kind kind,
        ContainerId container,
        @Nullable AccountId account,
        @Nullable WorkloadId workload,
        Instant from,
        @Nullable Instant to,
        String detail) {

    /** What kinds there are, and what was done about each. */
    public enum Kind {
        /** Started, then an inventory missed it, and no stop came: billed to the last proof of life, the rest is zero. */
        MISSING_STOP,
        /** An inventory lists it, but no fact of it came: not billed. */
        UNKNOWN_CONTAINER,
        /** It was resized, but neither a start nor a stop came: not billed. */
        MISSING_START,
        /** The sequence of its facts has a hole. */
        MISSING_FACT,
        /** Two events said different things under one sequence: the one with the smaller id counts. */
        CONTESTED_FACT,
        /** It started twice: the first fact counts. */
        STARTED_TWICE,
        /** It stopped twice: the last fact counts. */
        STOPPED_TWICE,
        /** Its stop says another start than its start did: the stop counts, being the engine's last word. */
        START_DIFFERS,
        /** It stopped before it started: nothing is billed. */
        STOP_BEFORE_START,
        /** A resize outside of its life: moved to its start, or left out. */
        RESIZE_OUTSIDE,
        /** Its size at the stop is not what its start and resizes say: those count. */
        SIZE_DIFFERS,
        /** Its size before the first resize is unknown for want of a start: not billed. */
        SIZE_UNKNOWN,
        /** Its launch failed, yet it ran: what ran is billed. */
        FAILED_YET_RAN,
        /** An inventory listed it after its stop: the stop counts. */
        ALIVE_AFTER_STOP;

        /** As it is written, such as {@code missing_stop}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
