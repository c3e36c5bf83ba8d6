package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.coupon.CouponRules;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.UsageCost;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.billing.rating.Zero;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
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

    /** The lines, the intervals behind the correction lines, and what else the lines are made of: the months, the coupons and the credit there was. */
    record Gathered(
            Gathering.Result result,
            List<BilledInterval> lateIntervals,
            List<ChargedMonth> months,
            List<CouponRules.Redeemed> coupons,
            long creditMinor) {
        /** The book that prices a month it charges. */
        PriceBook book(Instant month) {
            return months.stream()
                    .filter(one -> one.start().equals(month))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("the month %s is not charged".formatted(month)))
                    .book();
        }
    }

    /** Gathers a period from the pieces that billing has. */
    Gathered gather(DSLContext dsl, Frame frame, UsageRepository.Use use) {
        return gather(dsl, frame, ChargedMonths.amounts(use.billed()), use.zeroMs());
    }

    /** Gathers a period whose use somebody else measured. */
    Gathered gather(
            DSLContext dsl, Frame frame, SequencedMap<WorkloadId, ChargedMonth.Amounts> use, Map<Zero, Long> zeroMs) {
        Customer customer = frame.customer();
        Late late = new Late(customer.calendar(), frame.period().start(), properties.maxIntervals());
        usage.forEachChange(dsl, customer.account(), frame.period().start(), frame.known(), frame.cutoff(), late::add);
        NavigableMap<Instant, NavigableMap<WorkloadId, Quantities>> corrections = late.byMonth();
        Map<Instant, Billed> billed =
                invoices.billed(dsl, customer.account(), ChargedMonths.starts(corrections, frame.monthStart()));
        List<ChargedMonth> months = new ChargedMonths(
                        new Tenure(customer.calendar(), customer.openedAt(), customer.closedAt()),
                        frame.period(),
                        frame.monthStart(),
                        start -> costs.bookOf(dsl, customer, start),
                        start -> billed.getOrDefault(start, Billed.NOTHING).plus(frame.promised(), start))
                .of(corrections, use);
        long credit = credit(dsl, frame);
        List<CouponRules.Redeemed> coupons =
                amounts.coupons(dsl, customer, frame.period(), frame.promised(), frame.making());
        Gathering.Result result = Gathering.of(months, zeroMs, credit, coupons);
        return new Gathered(
                new Gathering.Result(Folding.fold(result.lines(), properties.maxLines()), result.components()),
                late.intervals(),
                months,
                coupons,
                credit);
    }

    private long credit(DSLContext dsl, Frame frame) {
        Customer customer = frame.customer();
        return frame.promised().stream()
                .filter(line -> line.kind() == DraftLine.Kind.CARRY)
                .mapToLong(DraftLine::amountMinor)
                .reduce(amounts.carried(dsl, customer), Math::addExact);
    }
}
