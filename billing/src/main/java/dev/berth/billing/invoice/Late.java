package dev.berth.billing.invoice;

import dev.berth.billing.customer.BillingCalendar;
import dev.berth.billing.rating.Change;
import dev.berth.billing.rating.Piece;
import dev.berth.billing.rating.Quantities;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What changed in periods that are billed: for each piece that came late or was corrected, what it was is taken back and what
 * it is is added, cut at the months of the account and at the start of the period that is billed now. Not thread-safe.
 */
final class Late {
    private final BillingCalendar calendar;
    private final Instant before;
    private final int maxIntervals;
    private final NavigableMap<Instant, NavigableMap<WorkloadId, Quantities>> byMonth = new TreeMap<>();
    private final List<BilledInterval> intervals = new ArrayList<>();

    /**
     * Begins.
     *
     * @param before where the period begins that is billed now
     * @param maxIntervals more than these are refused
     */
    Late(BillingCalendar calendar, Instant before, int maxIntervals) {
        this.calendar = calendar;
        this.before = before;
        this.maxIntervals = maxIntervals;
    }

    void add(Change change) {
        Piece was = change.before();
        Piece is = change.after();
        if (was != null && is != null && same(was, is)) {
            return;
        }
        count(was, -1);
        count(is, 1);
    }

    /** The differences by month and workload; what came to nothing is left out. */
    NavigableMap<Instant, NavigableMap<WorkloadId, Quantities>> byMonth() {
        byMonth.values().forEach(workloads -> workloads.values().removeIf(Quantities::isZero));
        byMonth.values().removeIf(NavigableMap::isEmpty);
        return byMonth;
    }

    List<BilledInterval> intervals() {
        return intervals;
    }

    private void count(@Nullable Piece piece, int sign) {
        if (piece == null || !piece.billed()) {
            return;
        }
        Instant end = Instant.ofEpochMilli(piece.endMs());
        Instant from = Instant.ofEpochMilli(piece.startMs());
        while (from.isBefore(end) && from.isBefore(before)) {
            Period month = calendar.monthOf(from);
            Instant to = earlier(month.end(), before);
            Piece part = piece.within(new Period(from, to)).orElseThrow();
            Quantities quantities = sign < 0 ? part.quantities().negate() : part.quantities();
            byMonth.computeIfAbsent(month.start(), _ -> new TreeMap<>(Comparator.comparing(WorkloadId::toString)))
                    .merge(part.workload(), quantities, Quantities::plus);
            intervals.add(BilledInterval.of(part, true, sign, month.start()));
            if (intervals.size() > maxIntervals) {
                throw new TooMuch("more than %d corrected intervals".formatted(maxIntervals));
            }
            from = to;
        }
    }

    /** Whether the part of it that was billed is as it was. */
    private boolean same(Piece was, Piece is) {
        long limit = before.toEpochMilli();
        return was.billed() == is.billed()
                && was.workload().equals(is.workload())
                && was.cpuMillis() == is.cpuMillis()
                && was.memoryMib() == is.memoryMib()
                && was.volumeGib() == is.volumeGib()
                && was.egressBytes() == is.egressBytes()
                && Math.min(was.endMs(), limit) == Math.min(is.endMs(), limit);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
