package dev.berth.schema.unit;

import java.time.Instant;

/** A half-open span of time {@code [start, end)} in UTC; {@code end} is not before {@code start}. */
public record Period(Instant start, Instant end) {
    public Period {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("a period that ends (%s) before it starts (%s)".formatted(end, start));
        }
    }

    /** Whether the instant lies inside. */
    public boolean contains(Instant instant) {
        return !instant.isBefore(start) && instant.isBefore(end);
    }

    /** The length in whole milliseconds, rounded down. */
    public long ms() {
        return end.toEpochMilli() - start.toEpochMilli();
    }
}
