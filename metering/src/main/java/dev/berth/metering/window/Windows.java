package dev.berth.metering.window;

import dev.berth.schema.unit.Period;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Cuts time at the UTC hours. Pure. */
public final class Windows {
    /** How long a window is. */
    public static final Duration LENGTH = Duration.ofHours(1);

    private Windows() {}

    /** The start of the window an instant lies in. */
    public static Instant hourOf(Instant instant) {
        return instant.truncatedTo(ChronoUnit.HOURS);
    }

    /** The first window that starts at or after an instant. */
    public static Instant hourFrom(Instant instant) {
        Instant hour = hourOf(instant);
        return hour.equals(instant) ? hour : hour.plus(LENGTH);
    }

    /**
     * The pieces of {@code [start, end)}, in order and without a gap, none of which crosses an hour or one of the further cuts. Nothing
     * for an empty span.
     *
     * @param cuts further instants to cut at; those outside are ignored
     */
    public static List<Period> cut(Instant start, Instant end, Collection<Instant> cuts) {
        if (!start.isBefore(end)) {
            return List.of();
        }
        TreeSet<Instant> ends = new TreeSet<>();
        for (Instant hour = hourOf(start).plus(LENGTH); hour.isBefore(end); hour = hour.plus(LENGTH)) {
            ends.add(hour);
        }
        for (Instant cut : cuts) {
            if (cut.isAfter(start) && cut.isBefore(end)) {
                ends.add(cut);
            }
        }
        ends.add(end);
        List<Period> pieces = new ArrayList<>(ends.size());
        Instant from = start;
        for (Instant to : ends) {
            pieces.add(new Period(from, to));
            from = to;
        }
        return pieces;
    }
}
