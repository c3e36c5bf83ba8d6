package dev.berth.metering.usage;

import dev.berth.metering.window.Windows;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the time that is asked for into what is answered together (a day, an hour, or all of it), and each of these into what windows know
 * and what only intervals know. Pure.
 *
 * <p>Windows know whole UTC hours before {@code windowed}. The rest are edges: a time that begins or ends within an hour, a local
 * midnight that is no UTC hour, and everything since {@code windowed}.
 *
 * @param keys of the buckets, in order; one empty key where all time is one bucket
 * @param windows whole hours, by bucket
 * @param edges the rest, by bucket; none reaches over {@code windowed} from before
 */
record Buckets(List<String> keys, List<Part> windows, List<Part> edges) {
    /** A span of time in a bucket. */
    record Part(int bucket, Instant from, Instant to) {}

    /** By what is added up. */
    enum Grouping {
        WORKLOAD,
        CONTAINER,
        DAY,
        HOUR
    }

    static Buckets of(Period asked, Grouping grouping, ZoneId zone, Instant windowed) {
        List<String> keys = new ArrayList<>();
        List<Part> windows = new ArrayList<>();
        List<Part> edges = new ArrayList<>();
        for (Period period : periods(asked, grouping, zone)) {
            int bucket = keys.size();
            keys.add(key(period, grouping, zone));
            Instant whole = Windows.hourFrom(period.start());
            Instant wholeEnd = Windows.hourOf(earlier(period.end(), windowed));
            if (whole.isBefore(wholeEnd)) {
                add(edges, bucket, period.start(), whole);
                add(windows, bucket, whole, wholeEnd);
                split(edges, bucket, wholeEnd, period.end(), windowed);
            } else {
                split(edges, bucket, period.start(), period.end(), windowed);
            }
        }
        return new Buckets(keys, windows, edges);
    }

    private static void split(List<Part> edges, int bucket, Instant from, Instant to, Instant windowed) {
        Instant middle = from.isBefore(windowed) ? earlier(windowed, to) : from;
        // Before the middle windows tell which containers ran, one hour at a time.
        for (Period hour : Windows.cut(from, middle, List.of())) {
            add(edges, bucket, hour.start(), hour.end());
        }
        add(edges, bucket, middle, to);
    }

    private static void add(List<Part> parts, int bucket, Instant from, Instant to) {
        if (from.isBefore(to)) {
            parts.add(new Part(bucket, from, to));
        }
    }

    private static List<Period> periods(Period asked, Grouping grouping, ZoneId zone) {
        return switch (grouping) {
            case WORKLOAD, CONTAINER -> List.of(asked);
            case HOUR -> Windows.cut(asked.start(), asked.end(), List.of());
            case DAY -> {
                List<Period> days = new ArrayList<>();
                LocalDate day = LocalDate.ofInstant(asked.start(), zone);
                Instant from = asked.start();
                while (from.isBefore(asked.end())) {
                    day = day.plusDays(1);
                    Instant to = earlier(day.atStartOfDay(zone).toInstant(), asked.end());
                    if (from.isBefore(to)) {
                        days.add(new Period(from, to));
                        from = to;
                    }
                }
                yield days;
            }
        };
    }

    private static String key(Period period, Grouping grouping, ZoneId zone) {
        return switch (grouping) {
            case WORKLOAD, CONTAINER -> "";
            case HOUR -> Json.text(Windows.hourOf(period.start()));
            case DAY -> LocalDate.ofInstant(period.start(), zone).toString();
        };
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
