package dev.berth.provisioner.rollout;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do now, and when to look again although nothing happened; null when only something new can change the plan. */
public record Plan(List<Step> steps, @Nullable Instant wakeAt) {
    public Plan {
        steps = List.copyOf(steps);
    }
}
