package dev.berth.metering.egress;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the meter of egress of one container stood at, from an instant on. Pure.
 *
 * <p>Goals: bytes are counted once, whatever comes late, twice or out of order, and none is guessed. Algorithm: before an instant the meter
 * stood at the greatest of all readings before it; what is new in a reading belongs to the instant of the reading. A reading that says no
 * more than an earlier one is none, so that those that are kept grow with time.
 *
 * <p>Example: 100 at 10:01 and 250 at 10:03 make 100 bytes in 10:00–10:02 and 150 in 10:02–10:04. When 180 of 10:01:30 comes late, they are
 * 180 and 70.
 *
 * @param base what it stood at before the first of the readings
 * @param readings each above the one before it
 */
public record Egress(long base, NavigableMap<Instant, Long> readings) {
    /** Of a container that sent nothing. */
    public static final Egress NONE = new Egress(0, new TreeMap<>());

    public Egress {
        readings = Collections.unmodifiableNavigableMap(new TreeMap<>(readings));
        long last = base;
        for (long reading : readings.values()) {
            if (reading <= last) {
                throw new IllegalArgumentException("a reading of %d after one of %d".formatted(reading, last));
            }
            last = reading;
        }
    }

    /** The bytes that were read in {@code [start, end)}. */
    public long between(Instant start, Instant end) {
        return start.isBefore(end) ? before(end) - before(start) : 0;
    }

    private long before(Instant instant) {
        Map.Entry<Instant, Long> last = readings.lowerEntry(instant);
        return last == null ? base : last.getValue();
    }

    /** With further readings. */
    public Egress with(Map<Instant, Long> more) {
        TreeMap<Instant, Long> all = new TreeMap<>(readings);
        more.forEach((at, bytes) -> all.merge(at, bytes, Math::max));
        TreeMap<Instant, Long> kept = new TreeMap<>();
        long last = base;
        for (Map.Entry<Instant, Long> reading : all.entrySet()) {
            if (reading.getValue() > last) {
                last = reading.getValue();
                kept.put(reading.getKey(), last);
            }
        }
        return new Egress(base, kept);
    }

    /** From when on another says something else; empty when it says the same. */
    Optional<Instant> differsFrom(Egress other) {
        TreeMap<Instant, Long> different = new TreeMap<>(readings);
        different.entrySet().removeAll(other.readings.entrySet());
        TreeMap<Instant, Long> missing = new TreeMap<>(other.readings);
        missing.entrySet().removeAll(readings.entrySet());
        different.putAll(missing);
        return different.isEmpty() ? Optional.empty() : Optional.of(different.firstKey());
    }
}
