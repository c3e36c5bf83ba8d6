package dev.berth.gateway.trigger;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.TriggerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A trigger without its secret.
 *
 * @param does what a call does
 * @param createdBy who made it, as in {@link dev.berth.schema.Cause#actor}
 * @param lastUsedAt when a call was taken last, null before the first
 * @param uses how many calls were taken
 */
record Trigger(
        TriggerId id,
        AccountId account,
        WorkloadId workload,
        String name,
        Does does,
        String createdBy,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        long uses) {
    /** What a call does. */
    sealed interface Does {
        /** Its name. */
        TriggerAction action();
    }

    /** Makes the containers anew. */
    record Redeploy() implements Does {
        @Override
        public TriggerAction action() {
            return TriggerAction.REDEPLOY;
        }
    }

    /**
     * Changes how many there are.
     *
     * @param replicas to which it sets them where a call does not say, null for none
     * @param step how many it adds, or takes away below 0, where a call does not say; null for none, and never beside {@code replicas}
     * @param min the fewest that a call may lead to, from 1
     * @param max the most
     */
    record Scale(@Nullable Integer replicas, @Nullable Integer step, int min, int max) implements Does {
        @Override
        public TriggerAction action() {
            return TriggerAction.SCALE;
        }
    }
}
