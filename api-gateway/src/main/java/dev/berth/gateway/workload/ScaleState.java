package dev.berth.gateway.workload;

import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was seen of a service at the look before, and what was recommended within its cooldown.
 *
 * @param samples of its containers
 * @param history the oldest first; each has fewer replicas than the one before it, since only the most count
 */
record ScaleState(List<Sample> samples, List<Mark> history) {
    static final ScaleState NONE = new ScaleState(List.of(), List.of());

    /** How much CPU a container had used at a time since it started. */
    record Sample(ContainerId container, Instant at, long cpuNanos) {}

    /** How many replicas were recommended at a time. */
    record Mark(Instant at, int replicas) {}

    ScaleState {
        samples = List.copyOf(samples);
        history = List.copyOf(history);
    }

    /** What remains to be known of a history after one more recommendation: nothing older than the cooldown, and only the most. */
    static List<Mark> after(List<Mark> history, Mark next, Duration cooldown) {
        List<Mark> kept = new ArrayList<>();
        for (Mark mark : history) {
            if (mark.at().isAfter(next.at().minus(cooldown)) && mark.replicas() > next.replicas()) {
                kept.add(mark);
            }
        }
        kept.add(next);
        return kept;
    }
}
