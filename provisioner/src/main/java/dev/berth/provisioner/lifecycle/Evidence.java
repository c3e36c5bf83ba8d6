package dev.berth.provisioner.lifecycle;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a container's end beside the engine's own word. Times are the host's.
 *
 * @param signalledAt when somebody last sent it a signal through the engine; null when nobody is known to have
 * @param outage the latest in which its engine was away; null when none is known
 */
public record Evidence(
        @Nullable Instant signalledAt, @Nullable Outage outage) {
    /** Nothing. */
    public static final Evidence NONE = new Evidence(null, null);

    /** How far two clocks may be apart that are the same. */
    static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** How long after a signal an end is still its consequence; the engine's own grace is 10 s. */
    private static final Duration SIGNAL_LASTS = Duration.ofSeconds(30);

    /**
     * A time in which nobody could look.
     *
     * @param since when the engine was last seen to work
     * @param until when it answered again
     * @param bootedAt when its host started in between; null when it did not, or that cannot be known
     */
    public record Outage(
            Instant since, Instant until, @Nullable Instant bootedAt) {}

    /** Whether an end at this time was the doing of somebody other than the program and Berth. */
    boolean blamesPlatform(Instant end) {
        if (outage != null && !end.isBefore(outage.since) && !end.isAfter(outage.until)) {
            return true;
        }
        return signalledAt != null
                && !end.isBefore(signalledAt.minus(TOLERANCE))
                && !end.isAfter(signalledAt.plus(SIGNAL_LASTS));
    }

    /**
     * Up to when it is proven that a run lasted whose end cannot be true: nothing runs through a start of its host, yet the engine gives
     * what it finds dead the time of its own return. Null where nothing is known against the engine's word.
     */
    @Nullable
    Instant provenUntil(Instant startedAt, Instant end) {
        Instant booted = outage == null ? null : outage.bootedAt;
        if (outage == null || booted == null || !startedAt.isBefore(booted) || end.isBefore(booted)) {
            return null;
        }
        Instant proven = outage.since.isBefore(booted) ? outage.since : booted;
        return proven.isBefore(startedAt) ? startedAt : proven;
    }
}
