package dev.berth.bench.figure;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;

/** Durations that were measured, sorted. Immutable. */
public final class Samples {
    private final double[] sortedMs;

    /** Takes at least one duration. */
    public Samples(Collection<Duration> durations) {
        if (durations.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        sortedMs = durations.stream()
                .mapToDouble(it -> it.toNanos() / 1e6)
                .sorted()
                .toArray();
    }

    /**
     * The value that a share of all samples does not exceed (nearest rank), in milliseconds.
     *
     * @param percent more than 0, at most 100
     */
    public double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sortedMs.length);
        return sortedMs[Math.clamp(rank, 1, sortedMs.length) - 1];
    }

    /** The middle one, in milliseconds. */
    public double median() {
        return percentile(50);
    }

    /** How many there are. */
    public int count() {
        return sortedMs.length;
    }

    @Override
    public String toString() {
        return Arrays.toString(sortedMs);
    }
}
