package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.coupon.CouponRules;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.rating.UsageCost;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.billing.rating.Zero;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

        /** The pieces it is about. */
        UsageRepository.Range range() {
            return new UsageRepository.Range(customer.account(), period, known, cutoff);
        }
    }

    /**
     * The use that is charged.
     *
     * @param zeroMs what ran and is not billed; see {@link UsageRepository.Use}
     */
    record Measured(SequencedMap<WorkloadId, ChargedMonth.Amounts> use, Map<Zero, Long> zeroMs) {
        /** By the pieces that billing has. */
        static Measured of(UsageRepository.Use use) {
            return new Measured(ChargedMonths.amounts(use.billed()), use.zeroMs());
        }
    }

    /** The lines, the intervals behind the correction lines, and what else the lines are made of: the months, the coupons and what credit there was. */
    record Gathered(
            Gathering.Result result,
            List<BilledInterval> lateIntervals,
            List<ChargedMonth> months,
            List<CouponRules.Redeemed> coupons,
            long creditMinor,
            Amounts.Funds funds) {
        /** The book that prices a month it charges. */
        PriceBook book(Instant month) {
            return months.stream()
                    .filter(one -> one.start().equals(month))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("the month %s is not charged".formatted(month)))
                    .book();
        }
    }

    /** Gathers a period. */
    Gathered gather(DSLContext dsl, Frame frame, Measured measured) {
        return gather(dsl, List.of(frame), List.of(measured)).getFirst();
    }

    /**
     * Gathers a period of each of several accounts, all of them made or none; what is read of the database is read of all at once.
     *
     * @throws TooMuch if there are more changes than memory is there for, which each of them alone may have
     */
    List<Gathered> gather(DSLContext dsl, List<Frame> frames, List<Measured> measured) {
        List<Late> late = frames.stream()
                .map(frame ->
                        new Late(frame.customer().calendar(), frame.period().start(), properties.maxIntervals()))
                .toList();
        int[] changes = {0};
        usage.forEachChange(dsl, frames.stream().map(Frame::range).toList(), (change, i) -> {
            if (++changes[0] > properties.maxIntervals() && frames.size() > 1) {
                throw new TooMuch("more than %d changes of several accounts".formatted(properties.maxIntervals()));
            }
            late.get(i).add(change);
        });
        Map<AccountId, List<Instant>> months = new HashMap<>();
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            months.put(
                    frame.customer().account(), ChargedMonths.starts(late.get(i).byMonth(), frame.monthStart()));
        }
        Map<AccountId, Map<Instant, Billed>> billed = invoices.billed(dsl, months);
        Map<AccountId, Amounts.Funds> funds = amounts.funds(
                dsl,
                frames.stream().map(Frame::customer).toList(),
                frames.getFirst().making());
        Books books = new Books(dsl, costs);
        List<Gathered> gathered = new ArrayList<>(frames.size());
        for (Frame frame : frames) {
            AccountId account = frame.customer().account();
            gathered.add(gather(
                    frame,
                    measured.get(gathered.size()),
                    late.get(gathered.size()),
                    billed.getOrDefault(account, Map.of()),
                    Objects.requireNonNull(funds.get(account)),
                    books));
        }
        return gathered;
    }

    private Gathered gather(
            Frame frame, Measured measured, Late late, Map<Instant, Billed> billed, Amounts.Funds funds, Books books) {
        Customer customer = frame.customer();
        List<ChargedMonth> months = new ChargedMonths(
                        new Tenure(customer.calendar(), customer.openedAt(), customer.closedAt()),
                        frame.period(),
                        frame.monthStart(),
                        start -> books.of(customer, start),
                        start -> billed.getOrDefault(start, Billed.NOTHING).plus(frame.promised(), start))
                .of(late.byMonth(), measured.use());
        long credit = frame.promised().stream()
                .filter(line -> line.kind() == DraftLine.Kind.CARRY)
                .mapToLong(DraftLine::amountMinor)
                .reduce(funds.carriedMinor(), Math::addExact);
        List<CouponRules.Redeemed> coupons = funds.coupons(frame.period(), frame.promised());
        Gathering.Result result = Gathering.of(months, measured.zeroMs(), credit, coupons);
        return new Gathered(
                new Gathering.Result(Folding.fold(result.lines(), properties.maxLines()), result.components()),
                late.intervals(),
                months,
                coupons,
                credit,
                funds);
    }

    /** The price books of one pass, each read once. */
    private static final class Books {
        private final DSLContext dsl;
        private final UsageCost costs;
        private final Map<List<Object>, PriceBook> known = new HashMap<>();

        Books(DSLContext dsl, UsageCost costs) {
            this.dsl = dsl;
            this.costs = costs;
        }

        PriceBook of(Customer customer, Instant monthStart) {
            return known.computeIfAbsent(
                    List.of(customer.priceBookOf(monthStart), customer.currency(), monthStart),
                    _ -> costs.bookOf(dsl, customer, monthStart));
        }
    }
}
