package dev.berth.gateway.feed;

import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The latest wish that the feed has read.
 *
 * @param runAfter containers of a greater generation belong to the present revision and run
 * @param state {@code running}, {@code stopped} or {@code removed}
 */
record Wish(
        WorkloadId workload,
        String kind,
        long generation,
        long runAfter,
        String state,
        @Nullable String heldBy,
        int replicas,
        String restart,
        Instant changedAt) {

    boolean isJob() {
        return kind.equals("job") || kind.equals("cron");
    }

    boolean wantsToRun() {
        return state.equals("running");
    }
}
