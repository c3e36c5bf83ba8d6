package dev.berth.schema.rollout;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a service stands to its wish. {@code revision} is the wished one and {@code servingRevision} the last that was complete, null
 * when none was; {@code updated} of the wished revision's containers run, and {@code ready} containers of any revision are ready.
 * {@code message} says why it failed or waits. {@code sequence} counts the facts of one workload from 1.
 */
public record RolloutObserved(
        WorkloadId workload,
        AccountId account,
        long generation,
        long revision,
        @Nullable Long servingRevision,
        RolloutState state,
        int updated,
        int ready,
        @Nullable String message,
        Instant occurredAt,
        long sequence)
        implements RolloutEvent {
    @Override
    public String key() {
        return workload.toString();
    }
}
