package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.rating.Quantities;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * Puts together the months that an invoice charges: those whose use changed since they were billed, then its own. Pure: who makes an
 * invoice and who recomputes it do so by this.
 *
 * @param monthStart where the invoice's own month begins
 * @param books the version that prices a month
 * @param billed what was billed of a month already
 */
record ChargedMonths(
        Tenure tenure,
        Period period,
        Instant monthStart,
        Function<Instant, PriceBook> books,
        Function<Instant, Billed> billed) {

    /** Where the months begin, in order. */
    static List<Instant> starts(
            NavigableMap<Instant, NavigableMap<WorkloadId, Quantities>> corrections, Instant monthStart) {
        List<Instant> starts = new ArrayList<>(corrections.keySet());
        starts.remove(monthStart);
        starts.add(monthStart);
        return starts;
    }

    /** The months. */
    List<ChargedMonth> of(
            NavigableMap<Instant, NavigableMap<WorkloadId, Quantities>> corrections,
            SequencedMap<WorkloadId, ChargedMonth.Amounts> use) {
        List<ChargedMonth> months = new ArrayList<>();
        for (Instant start : starts(corrections, monthStart)) {
            boolean own = start.equals(monthStart);
            Map<WorkloadId, Quantities> changes = corrections.get(start);
            months.add(new ChargedMonth(
                    start,
                    YearMonth.from(start.atZone(tenure.calendar().zone())).toString(),
                    books.apply(start),
                    billed.apply(start),
                    changes == null ? new LinkedHashMap<>() : amounts(changes),
                    own ? use : new LinkedHashMap<>(),
                    tenure.share(start, own ? period.end() : Instant.MAX)));
        }
        return months;
    }

    /** Quantities by workload as amounts of components. */
    static SequencedMap<WorkloadId, ChargedMonth.Amounts> amounts(Map<WorkloadId, Quantities> use) {
        SequencedMap<WorkloadId, ChargedMonth.Amounts> amounts = new LinkedHashMap<>();
        use.forEach((workload, quantities) -> amounts.put(workload, quantities::of));
        return amounts;
    }
}
