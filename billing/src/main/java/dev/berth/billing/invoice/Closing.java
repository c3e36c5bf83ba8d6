package dev.berth.billing.invoice;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.rating.UsageCost;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Finishes periods that are complete: gathers, drafts, posts and numbers a few in one transaction, so that a crash leaves their
 * periods waiting and nothing else; where one of them cannot be finished, each is alone. Run by one replica at a time, which the database checks in every transaction. Thread-safe.
 */
@Component
public final class Closing {
    /** The most periods of one pass. */
    public static final int PASS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final DSLContext dsl;
    private final Customers customers;
    private final Periods periods;
    private final UsageRepository usage;
    private final Gatherer gatherer;
    private final Issuing issuing;
    private final InstantSource clock;
    private final Batches batches = Batches.ofThisMachine();

    public Closing(
            DSLContext dsl,
            Customers customers,
            Periods periods,
            UsageRepository usage,
            UsageCost costs,
            InvoiceRepository invoices,
            Ledger ledger,
            Sealing sealing,
            Amounts amounts,
            Outbox outbox,
            InstantSource clock,
            InvoiceProperties properties) {
        this.dsl = dsl;
        this.customers = customers;
        this.periods = periods;
        this.usage = usage;
        this.gatherer = new Gatherer(usage, costs, invoices, amounts, properties);
        this.issuing = new Issuing(usage, gatherer, invoices, ledger, sealing, amounts, outbox, properties);
        this.clock = clock;
    }

    /**
     * Ends the open periods whose month is over, and finishes every period that can be.
     *
     * @param fence throws {@link Lease.Fenced} in a transaction of a replica that lost the lease; several at a time ask it
     * @return how many it finished; with {@link #PASS} of them there may be others
     */
    public int pass(Consumer<DSLContext> fence) {
        Instant now = clock.instant();
        int ended;
        do {
            ended = batches.each(
                    periods.over(dsl, now, PASS),
                    accounts -> endMonths(accounts, now, fence),
                    (account, e) -> LOG.atError()
                            .addKeyValue("account", account)
                            .setCause(e)
                            .log("could not end a month; the next pass tries again"));
        } while (ended == PASS);
        return batches.each(periods.due(dsl, now, PASS), some -> finish(some, fence), (period, e) -> {
            LOG.atError()
                    .addKeyValue("account", period.account())
                    .addKeyValue("period", period.period())
                    .setCause(e)
                    .log("could not close a period; it will be tried again");
            periods.failed(dsl, period, String.valueOf(e.getMessage()), now);
        });
    }

    /** Finishes one period if it can be; a period that is finished stays as it is. */
    boolean finish(AccountId account, Instant periodStart, Consumer<DSLContext> fence) {
        return periods.find(dsl, account, periodStart)
                .filter(period -> finish(List.of(period), fence) > 0)
                .isPresent();
    }

    /** Finishes those of some periods that can be, all in one transaction; answers how many. */
    private int finish(List<BillingPeriod> some, Consumer<DSLContext> fence) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            Instant now = clock.instant(); // of all that is said of these invoices, the year of their numbers too
            List<BillingPeriod> locked = periods.lock(transaction, some);
            Map<AccountId, UsageRepository.Progress> progress = usage.progress(
                    transaction, locked.stream().map(BillingPeriod::account).toList());
            List<BillingPeriod> complete = locked.stream()
                    .filter(period -> complete(
                            period,
                            Objects.requireNonNull(progress.get(period.account()))
                                    .watermark(),
                            now))
                    .toList();
            if (!complete.isEmpty()) {
                finish(transaction, complete, progress, now);
            }
            return complete.size();
        });
    }

    private void finish(
            DSLContext transaction,
            List<BillingPeriod> complete,
            Map<AccountId, UsageRepository.Progress> progress,
            Instant now) {
        List<AccountId> accounts = complete.stream().map(BillingPeriod::account).toList();
        Map<AccountId, Customer> known = customers.all(transaction, accounts).stream()
                .collect(Collectors.toMap(Customer::account, Function.identity()));
        List<Long> before = periods.knownBefore(
                transaction,
                accounts,
                complete.stream().map(period -> period.period().start()).toList());
        List<Issuing.Wanted> wanted = new ArrayList<>(complete.size());
        for (BillingPeriod period : complete) {
            Gatherer.Frame frame = new Gatherer.Frame(
                    Objects.requireNonNull(known.get(period.account())),
                    period.period(),
                    period.monthStart(),
                    before.get(wanted.size()),
                    Objects.requireNonNull(progress.get(period.account())).ingested(),
                    List.of(),
                    true);
            wanted.add(new Issuing.Wanted(frame, period.partition(), Objects.requireNonNull(period.cause())));
        }
        List<Issuing.@Nullable Draft> drafts = issuing.draft(transaction, wanted, now);
        List<Periods.Finished> finished = new ArrayList<>(complete.size());
        for (int i = 0; i < complete.size(); i++) {
            Issuing.Draft draft = drafts.get(i);
            finished.add(new Periods.Finished(
                    complete.get(i),
                    draft == null ? null : draft.invoice().getInvoiceId(),
                    wanted.get(i).frame().cutoff()));
        }
        issuing.number(transaction, drafts.stream().filter(Objects::nonNull).toList(), now);
        // what a call to close is compared with is when others could see it, which is as good as now
        periods.finished(transaction, finished, clock.instant());
    }

    Gatherer gatherer() {
        return gatherer;
    }

    private int endMonths(List<AccountId> accounts, Instant now, Consumer<DSLContext> fence) {
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            for (AccountId account : accounts) {
                endMonth(transaction, account, now);
            }
        });
        return accounts.size();
    }

    private void endMonth(DSLContext transaction, AccountId account, Instant now) {
        Customer customer = customers.find(transaction, account).orElseThrow();
        BillingPeriod open = periods.openOf(transaction, account).orElseThrow();
        Instant end = open.period().end();
        if (!end.isAfter(now)) {
            periods.close(transaction, customer, end, Periods.AskedBy.CALENDAR, Cause.platform(now), now);
        }
    }

    private static boolean complete(BillingPeriod period, @Nullable Instant watermark, Instant now) {
        Instant notBefore = period.notBefore();
        return period.state() == PeriodState.WAITING_FOR_WATERMARK
                && notBefore != null
                && !now.isBefore(notBefore)
                && watermark != null
                && !watermark.isBefore(period.period().end());
    }
}
