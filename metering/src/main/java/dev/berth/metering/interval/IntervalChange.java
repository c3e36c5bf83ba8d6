package dev.berth.metering.interval;

import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the stored intervals of a container become others. Pure. Most changes end the last interval and begin others after it; those
 * touch only these rows. Any other change writes all rows of the container anew, so that no order of statements can make two
 * of them overlap for a moment.
 *
 * @param partition of its facts
 * @param from the earliest instant of which something else is true now
 * @param rewritten whether all its rows go first
 * @param ended open rows that get an end
 * @param added rows that are new
 */
record IntervalChange(
        ContainerId container, int partition, Instant from, boolean rewritten, List<Part> ended, List<Part> added) {

    /** An interval and its number: 0 when it is all there is of its container, otherwise counted from 1. */
    record Part(int number, Interval interval) {
        /** All intervals of a container, by start, with their numbers. */
        static List<Part> all(List<Interval> intervals) {
            if (intervals.size() == 1) {
                return List.of(new Part(0, intervals.getFirst()));
            }
            List<Part> parts = new ArrayList<>(intervals.size());
            for (Interval interval : intervals) {
                parts.add(new Part(parts.size() + 1, interval));
            }
            return parts;
        }
    }

    /** From one to the other, both sorted by start; empty when they are the same. */
    static Optional<IntervalChange> between(ContainerId container, List<Interval> before, List<Interval> after) {
        if (before.equals(after)) {
            return Optional.empty();
        }
        int partition = (after.isEmpty() ? before : after).getFirst().partition();
        int same = 0;
        while (same < before.size() && same < after.size() && before.get(same).equals(after.get(same))) {
            same++;
        }
        Instant from = earliest(before, after, same);
        List<Part> parts = Part.all(after);
        List<Part> ended = new ArrayList<>();
        int rest = same;
        if (same == before.size() - 1 && same < after.size()) {
            Interval now = after.get(same);
            if (before.get(same).open() && now.withEnd(null).equals(before.get(same))) {
                ended.add(parts.get(same));
                rest = same + 1;
            }
        }
        boolean noLongerAlone = before.size() == 1 && after.size() > 1 && ended.isEmpty();
        boolean rewritten = rest < before.size() || noLongerAlone;
        List<Part> added = List.copyOf(rewritten ? parts : parts.subList(rest, parts.size()));
        return Optional.of(new IntervalChange(container, partition, from, rewritten, ended, added));
    }

    private static Instant earliest(List<Interval> before, List<Interval> after, int same) {
        if (same >= before.size()) {
            return after.get(same).start();
        }
        if (same >= after.size()) {
            return before.get(same).start();
        }
        Interval was = before.get(same);
        Interval is = after.get(same);
        if (was.withEnd(null).equals(is.withEnd(null))) {
            return sooner(was.end(), is.end());
        }
        return sooner(was.start(), is.start());
    }

    private static Instant sooner(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return Objects.requireNonNull(a == null ? b : a);
        }
        return a.isBefore(b) ? a : b;
    }
}
