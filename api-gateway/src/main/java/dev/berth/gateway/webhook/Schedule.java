package dev.berth.gateway.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a delivery is tried: at once, and after each failure again, ten times over 75 hours and 35 minutes; pure. Each wait is up to a
 * twentieth longer or shorter, so that what failed together does not come back together.
 */
final class Schedule {
    /** The most that a receiver can put an attempt off by {@code Retry-After}. */
    static final Duration LONGEST = Duration.ofHours(24);

    /** The waits between attempts. */
    static final List<Duration> WAITS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));

    /** How often a delivery is tried. */
    static final int ATTEMPTS = WAITS.size() + 1;

    private static final double JITTER = 0.05;

    private Schedule() {}

    /**
     * How long to wait after a failure; empty when it was the last attempt.
     *
     * @param failures how many there were, with this one
     * @param retryAfter what the receiver asked for; it can put the next attempt off, not bring it forward
     */
    static Optional<Duration> wait(int failures, @Nullable Duration retryAfter, RandomGenerator random) {
        if (failures < 1) {
            throw new IllegalArgumentException("nothing failed yet");
        }
        if (failures > WAITS.size()) {
            return Optional.empty();
        }
        long millis = WAITS.get(failures - 1).toMillis();
        long jittered = millis + Math.round(millis * JITTER * (2 * random.nextDouble() - 1));
        long asked = retryAfter == null ? 0 : Math.min(retryAfter.toMillis(), LONGEST.toMillis());
        return Optional.of(Duration.ofMillis(Math.max(jittered, asked)));
    }
}
