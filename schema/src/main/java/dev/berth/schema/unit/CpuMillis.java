package dev.berth.schema.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A CPU limit in thousandths of a core: 1 to 1,024,000. */
public record CpuMillis(@JsonValue int value) implements Comparable<CpuMillis> {
    /** The greatest, 1,024 cores. */
    public static final int MAX = 1_024_000;

    public CpuMillis {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException("cpu_millis must be 1 to %d, not %d".formatted(MAX, value));
        }
    }

    /** Reads the JSON number. */
    @JsonCreator
    public static CpuMillis of(int value) {
        return new CpuMillis(value);
    }

    /**
     * CPU time granted over a span of time, in thousandths of a core × milliseconds.
     *
     * @throws ArithmeticException beyond 2^63
     */
    public long times(long ms) {
        return Math.multiplyExact((long) value, ms);
    }

    @Override
    public int compareTo(CpuMillis other) {
        return Integer.compare(value, other.value);
    }
}
