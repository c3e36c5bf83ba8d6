package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.rating.MonthShare;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.UsageCost;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.billing.rating.UsageRepository.Zero;
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
import org.jooq.DSLContext;

/**
 * Brings together what {@link Gathering} needs: the use of a period, what came late, what was billed, the prices. It reads, and
 * changes nothing. Thread-safe.
 */
final class Gatherer {
    private final UsageRepository usage;
    private final UsageCost costs;
    private final InvoiceRepository invoices;
    private final Amounts amounts;
    private final InvoiceProperties properties;

    Gatherer(
            UsageRepository usage,
            UsageCost costs,
            InvoiceRepository invoices,
            Amounts amounts,
            InvoiceProperties properties) {
        this.usage = usage;
        this.costs = costs;
        this.invoices = invoices;
        this.amounts = amounts;
        this.properties = properties;
    }

    /**
     * What is gathered for.
     *
     * @param monthStart the month whose allowance the period uses
     * @param known the cut-off up to which earlier periods are billed
     * @param cutoff the cut-off of this one
     * @param promised lines of earlier periods whose invoices are not made yet
     * @param making whether the invoice is made, so that what it takes of coupons is locked
     */
    record Frame(
            Customer customer,
            Period period,
            Instant monthStart,
            long known,
            long cutoff,
            List<DraftLine> promised,
            boolean making) {
        Frame(Customer customer, Period period, Instant monthStart, long known, long cutoff, List<DraftLine> promised) {
            this(customer, period, monthStart, known, cutoff, promised, false);
        }
    }

    /** The lines, and the intervals behind the correction lines. */
    record Gathered(Gathering.Result result, List<BilledInterval> lateIntervals) {}

    /** Gathers a period from the pieces that billing has. */
    Gathered gather(DSLContext dsl, Frame frame, UsageRepository.Use use) {
        return gather(dsl, frame, amounts(use.billed()), use.zeroMs());
    }

    /** Gathers a period whose use somebody else measured. */
    Gathered gather(
            DSLContext dsl, Frame frame, SequencedMap<WorkloadId, ChargedMonth.Amounts> use, Map<Zero, Long> zeroMs) {
        Customer customer = frame.customer();
        Late late = new Late(customer.calendar(), frame.period().start(), properties.maxIntervals());
        usage.forEachChange(dsl, customer.account(), frame.period().start(), frame.known(), frame.cutoff(), late::add);
        NavigableMap<Instant, NavigableMap<WorkloadId, Quantities>> corrections = late.byMonth();
        List<Instant> starts = new ArrayList<>(corrections.keySet());
        starts.remove(frame.monthStart());
        starts.add(frame.monthStart());
        Map<Instant, Billed> billed = invoices.billed(dsl, customer.account(), starts);
        List<ChargedMonth> months = new ArrayList<>();
        for (Instant start : starts) {
            boolean own = start.equals(frame.monthStart());
            Map<WorkloadId, Quantities> changes = corrections.get(start);
            months.add(new ChargedMonth(
                    start,
                    YearMonth.from(start.atZone(customer.zone())).toString(),
                    costs.bookOf(dsl, customer, start),
                    billed.getOrDefault(start, Billed.NOTHING).plus(frame.promised(), start),
                    changes == null ? new LinkedHashMap<>() : amounts(changes),
                    own ? use : new LinkedHashMap<>(),
                    share(customer, start, own ? frame.period().end() : Instant.MAX)));
        }
        Gathering.Result result = Gathering.of(
                months,
                zeroMs,
                credit(dsl, frame),
                amounts.coupons(dsl, customer, frame.period(), frame.promised(), frame.making()));
        return new Gathered(
                new Gathering.Result(Folding.fold(result.lines(), properties.maxLines()), result.components()),
                late.intervals());
    }

    /** The book that prices a month of a customer. */
    PriceBook bookOf(DSLContext dsl, Customer customer, Instant monthStart) {
        return costs.bookOf(dsl, customer, monthStart);
    }

    private long credit(DSLContext dsl, Frame frame) {
        Customer customer = frame.customer();
        return frame.promised().stream()
                .filter(line -> line.kind() == DraftLine.Kind.CARRY)
                .mapToLong(DraftLine::amountMinor)
                .reduce(amounts.carried(dsl, customer), Math::addExact);
    }

    private static SequencedMap<WorkloadId, ChargedMonth.Amounts> amounts(Map<WorkloadId, Quantities> use) {
        SequencedMap<WorkloadId, ChargedMonth.Amounts> amounts = new LinkedHashMap<>();
        use.forEach((workload, quantities) -> amounts.put(workload, quantities::of));
        return amounts;
    }

    private static MonthShare share(Customer customer, Instant monthStart, Instant until) {
        Period month = customer.calendar().monthOf(monthStart);
        Instant from = customer.openedAt().isAfter(month.start()) ? customer.openedAt() : month.start();
        Instant to = until.isBefore(month.end()) ? until : month.end();
        Instant closed = customer.closedAt();
        if (closed != null && closed.isBefore(to)) {
            to = closed;
        }
        long elapsed = Math.max(0, to.toEpochMilli() - from.toEpochMilli());
        return new MonthShare(elapsed, month.ms(), !until.isBefore(month.end()));
    }
}
