package dev.berth.metering.usage;

import dev.berth.metering.egress.Egress;
import dev.berth.metering.interval.Interval;
import dev.berth.metering.interval.ZeroReason;
import dev.berth.metering.window.Windows;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told of one container so that its pieces say what its intervals say. Pure.
 *
 * <p>Goals: pieces cover closed intervals whole and open ones up to the watermark; they never cross a UTC hour; a piece that was told
 * and is still true is left alone.
 *
 * <p>Algorithm: each interval is cut at the hours and at the starts of pieces already told, so that what was told keeps its shape. Then
 * for each cut: told alike → nothing; told differently → a correction; not told → a record. What was told and is no cut is withdrawn.
 *
 * <p>Example: told 10:00–10:10 and 10:10–10:11 of an open interval, watermark now 10:12: record 10:11–10:12. Then a stop of 10:10:30
 * comes: correct the piece of 10:10 to end at 10:10:30, withdraw that of 10:11.
 */
final class Pieces {
    private Pieces() {}

    /**
     * The tellings, by start.
     *
     * @param intervals all of the container
     * @param told its pieces that start at or after {@code from}
     * @param egress what its meter of egress stood at, from {@code from} on
     * @param from where to begin: nothing before it changed, and everything before it is told
     * @param watermark up to where open intervals are complete
     */
    static List<Telling> plan(
            Collection<Interval> intervals, Collection<Piece> told, Egress egress, Instant from, Instant watermark) {
        TreeMap<Instant, Piece> toldByStart = new TreeMap<>();
        told.forEach(piece -> toldByStart.put(piece.start(), piece));
        List<Instant> cuts = told.stream()
                .filter(piece -> !piece.withdrawn())
                .map(Piece::start)
                .toList();
        TreeMap<Instant, Telling> tellings = new TreeMap<>();
        TreeMap<Instant, Piece> left = new TreeMap<>(toldByStart);
        List<Interval> sorted =
                intervals.stream().sorted(Comparator.comparing(Interval::start)).toList();
        for (Interval interval : sorted) {
            for (Period period : periods(interval, told, cuts, from, watermark)) {
                left.remove(period.start());
                Telling telling = tell(Piece.of(interval, period.start(), period.end(), egress), toldByStart, interval);
                if (telling != null) {
                    tellings.put(period.start(), telling);
                }
            }
        }
        for (Map.Entry<Instant, Piece> entry : left.entrySet()) {
            Piece piece = entry.getValue();
            if (!piece.withdrawn()) {
                tellings.put(entry.getKey(), new Telling(piece.withdraw(), piece, null));
            }
        }
        return new ArrayList<>(tellings.values());
    }

    private static List<Period> periods(
            Interval interval, Collection<Piece> told, List<Instant> cuts, Instant from, Instant watermark) {
        Instant start = interval.start().isBefore(from) ? from : interval.start();
        Instant end = interval.end();
        if (end == null) {
            end = watermark;
            // What was told beyond the watermark was closed then and is open again: the inventory that reopened it is
            // later still.
            for (Piece piece : told) {
                if (!piece.start().isBefore(start) && piece.end().isAfter(end)) {
                    end = piece.end();
                }
            }
        }
        if (interval.zeroReason() == ZeroReason.LAUNCH_FAILED
                && !interval.start().isBefore(from)) {
            return List.of(new Period(start, start));
        }
        return Windows.cut(start, end, cuts);
    }

    private static @Nullable Telling tell(Piece piece, Map<Instant, Piece> told, Interval interval) {
        Piece before = told.get(piece.start());
        if (before == null) {
            return new Telling(piece, null, interval);
        }
        return piece.saysTheSameAs(before) ? null : new Telling(piece.correcting(before), before, interval);
    }
}
