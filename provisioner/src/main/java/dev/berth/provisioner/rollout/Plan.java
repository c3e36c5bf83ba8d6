package dev.berth.provisioner.rollout;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do now, and when to look again although nothing happened; null when only something new can change the plan.
 *
 * @param progress how the workload stands now; null for what has no rollouts
 */
public record Plan(
        List<Step> steps,
        @Nullable Instant wakeAt,
        @Nullable Progress progress) {
    public Plan {
        steps = List.copyOf(steps);
    }

    /** Whether there is nothing to do and nothing to write down. */
    public boolean isIdle(@Nullable Progress before) {
        return steps.isEmpty() && (progress == null || progress.equals(before));
    }
}
