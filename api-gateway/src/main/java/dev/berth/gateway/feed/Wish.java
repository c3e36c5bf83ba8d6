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
        Instant changedAt,
        Counted counted) {
    /**
     * What became so far of the indices of a job's run.
     *
     * @param completions how many are to end well
     * @param failure why the first of those that failed did
     */
    record Counted(
            int completions,
            int succeeded,
            int failed,
            @Nullable String failure) {}

    /** With its indices counted. */
    Wish with(Counted next) {
        return new Wish(workload, kind, generation, runAfter, state, heldBy, replicas, restart, changedAt, next);
    }

    boolean isJob() {
        return kind.equals("job") || kind.equals("cron");
    }

    boolean wantsToRun() {
        return state.equals("running");
    }
}
