package dev.berth.schema.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A memory limit in MiB (2^20 bytes): 1 to 16,777,216 (16 TiB). */
public record MemoryMib(@JsonValue int value) implements Comparable<MemoryMib> {
    /** The greatest, 16 TiB. */
    public static final int MAX = 16_777_216;

    public MemoryMib {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException("memory_mib must be 1 to %d, not %d".formatted(MAX, value));
        }
    }

    /** Reads the JSON number. */
    @JsonCreator
    public static MemoryMib of(int value) {
        return new MemoryMib(value);
    }

    /** The limit in bytes. */
    public long bytes() {
        return (long) value << 20;
    }

    /**
     * Memory granted over a span of time, in MiB × milliseconds.
     *
     * @throws ArithmeticException beyond 2^63
     */
    public long times(long ms) {
        return Math.multiplyExact((long) value, ms);
    }

    @Override
    public int compareTo(MemoryMib other) {
        return Integer.compare(value, other.value);
    }
}
