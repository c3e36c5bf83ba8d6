package dev.berth.launcher.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When a container ran, in whole milliseconds as Berth counts: both ends cut, never rounded.
 *
 * @param startedAt its start
 * @param finishedAt its end, excluded
 */
record Span(Instant startedAt, Instant finishedAt) {
    Span {
        startedAt = startedAt.truncatedTo(ChronoUnit.MILLIS);
        finishedAt = finishedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    long ms() {
        return Duration.between(startedAt, finishedAt).toMillis();
    }
}
