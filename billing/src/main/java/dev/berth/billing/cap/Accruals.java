package dev.berth.billing.cap;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.invoice.BillingPeriod;
import dev.berth.billing.invoice.PeriodState;
import dev.berth.billing.invoice.Periods;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.RunningRepository;
import dev.berth.billing.rating.RunningRepository.Going;
import dev.berth.billing.rating.RunningRepository.Span;
import dev.berth.billing.rating.UsageCost;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What billing periods have cost so far, for many accounts at once.
 *
 * <p>Goals: however many accounts and containers there are, a look is five queries; nothing counts twice; a container that runs counts to
 * the millisecond. Algorithm: the pieces of a period are added up once and remembered with the number up to which they were taken from
 * their partition; a later look adds what was taken since. What runs is used from where its last piece ends until now. Both are read from
 * one snapshot, and a piece and how far it tells of what runs are written together. What is remembered is a cache: a replica that
 * starts adds up again.
 *
 * <p>Thread-safe: one look after the other.
 */
@Component
public final class Accruals {
    /** After how long an account that nobody asks about is forgotten. */
    private static final Duration FORGET = Duration.ofMinutes(10);

    private final DSLContext dsl;
    private final Customers customers;
    private final Periods periods;
    private final UsageRepository usage;
    private final UsageCost costs;
    private final RunningRepository running;
    private final InstantSource clock;
    private final Map<Span, Sum> sums = new HashMap<>(); // guarded by this

    Accruals(
            DSLContext dsl,
            Customers customers,
            Periods periods,
            UsageRepository usage,
            UsageCost costs,
            RunningRepository running,
            InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.periods = periods;
        this.usage = usage;
        this.costs = costs;
        this.running = running;
        this.clock = clock;
    }

    /** What was added up of it, from pieces that are told. */
    private static final class Sum {
        private final Instant monthStart;
        private final PriceBook book;
        private final Quantities before;
        private final TreeMap<WorkloadId, Quantities> told;
        private long cursor;
        private Instant askedAt;

        Sum(
                Instant monthStart,
                PriceBook book,
                Quantities before,
                Map<WorkloadId, Quantities> told,
                long cursor,
                Instant askedAt) {
            this.monthStart = monthStart;
            this.book = book;
            this.before = before;
            this.told = Accrual.ordered();
            this.told.putAll(told);
            this.cursor = cursor;
            this.askedAt = askedAt;
        }
    }

    /**
     * An account's accruals.
     *
     * @param open the period that goes on
     * @param waiting those that are over and have no invoice yet, where they were asked for
     */
    public record Of(Accrual open, List<Accrual> waiting) {}

    /**
     * Looks.
     *
     * @param accounts whose; one that is not known here, or has no open period, is left out
     * @param withWaiting of which of them the periods that wait for their invoice are wanted too
     */
    public synchronized Map<AccountId, Of> look(Collection<AccountId> accounts, Set<AccountId> withWaiting) {
        if (accounts.isEmpty()) {
            return Map.of();
        }
        return dsl.transactionResult(configuration -> {
            DSLContext snapshot = configuration.dsl();
            snapshot.execute("set transaction isolation level repeatable read, read only");
            return look(snapshot, accounts, withWaiting);
        });
    }

    /** One account's. */
    public Optional<Of> look(AccountId account) {
        return Optional.ofNullable(look(List.of(account), Set.of(account)).get(account));
    }

    private Map<AccountId, Of> look(DSLContext snapshot, Collection<AccountId> accounts, Set<AccountId> withWaiting) {
        Instant now = clock.instant();
        Map<AccountId, Customer> known = new HashMap<>();
        customers.all(snapshot, accounts).forEach(customer -> known.put(customer.account(), customer));
        List<BillingPeriod> unfinished = periods.unfinished(snapshot, known.keySet()).stream()
                .filter(period -> period.state() == PeriodState.OPEN || withWaiting.contains(period.account()))
                .toList();
        Map<AccountId, Instant> clocks = AccountTime.shown(snapshot, accounts);
        Map<Integer, Long> ingested = running.ingested(snapshot);
        List<RunningRepository.Since> since = new ArrayList<>();
        for (BillingPeriod period : unfinished) {
            Span key = new Span(period.account(), period.period());
            Sum sum = sums.get(key);
            if (sum == null) {
                sums.put(key, addUp(snapshot, period, known.get(period.account()), ingested, now));
            } else {
                sum.askedAt = now;
                since.add(new RunningRepository.Since(key, sum.cursor));
            }
        }
        List<RunningRepository.Delta> deltas = running.toldSince(snapshot, since);
        Map<Span, Map<WorkloadId, Going>> going = running.going(
                snapshot,
                unfinished.stream()
                        .map(period -> new Span(period.account(), period.period()))
                        .toList(),
                span -> clocks.getOrDefault(span.account(), now));
        catchUp(deltas, since, ingested);
        Map<AccountId, Of> answer = new HashMap<>();
        Map<AccountId, List<Accrual>> waiting = new HashMap<>();
        for (BillingPeriod period : unfinished) {
            Span key = new Span(period.account(), period.period());
            Accrual accrual = accrual(
                    key,
                    known.get(key.account()),
                    going.getOrDefault(key, Map.of()),
                    clocks.getOrDefault(key.account(), now));
            if (period.state() == PeriodState.OPEN) {
                answer.put(key.account(), new Of(accrual, List.of()));
            } else {
                waiting.computeIfAbsent(key.account(), _ -> new ArrayList<>()).add(accrual);
            }
        }
        waiting.forEach(
                (account, list) -> answer.computeIfPresent(account, (_, of) -> new Of(of.open(), List.copyOf(list))));
        sums.values().removeIf(sum -> sum.askedAt.isBefore(now.minus(FORGET)));
        return answer;
    }

    private Sum addUp(
            DSLContext snapshot,
            BillingPeriod period,
            @Nullable Customer customer,
            Map<Integer, Long> ingested,
            Instant now) {
        Customer of = Objects.requireNonNull(customer);
        Instant start = period.period().start();
        Quantities before = period.monthStart().isBefore(start)
                ? usage.use(
                                snapshot,
                                period.account(),
                                new Period(period.monthStart(), start),
                                UsageRepository.EVERYTHING)
                        .total()
                : Quantities.NONE;
        Map<WorkloadId, Quantities> told = usage.use(
                        snapshot, period.account(), period.period(), UsageRepository.EVERYTHING)
                .billed();
        return new Sum(
                period.monthStart(),
                costs.bookOf(snapshot, of, period.monthStart()),
                before,
                told,
                ingested.getOrDefault(period.partition(), 0L),
                now);
    }

    private void catchUp(
            List<RunningRepository.Delta> deltas, List<RunningRepository.Since> since, Map<Integer, Long> ingested) {
        for (RunningRepository.Delta delta : deltas) {
            Sum sum = Objects.requireNonNull(sums.get(delta.span()));
            sum.told.merge(delta.workload(), delta.more(), Quantities::plus);
        }
        for (RunningRepository.Since one : since) {
            Sum sum = Objects.requireNonNull(sums.get(one.span()));
            sum.cursor = ingested.getOrDefault(
                    RunningRepository.partitionOf(one.span().account()), sum.cursor);
        }
    }

    private Accrual accrual(Span key, @Nullable Customer customer, Map<WorkloadId, Going> going, Instant now) {
        Sum sum = Objects.requireNonNull(sums.get(key));
        TreeMap<WorkloadId, Accrual.Use> use = Accrual.ordered();
        sum.told.forEach((workload, told) -> use.put(workload, new Accrual.Use(told, Quantities.NONE)));
        going.forEach((workload, goes) ->
                use.merge(workload, new Accrual.Use(goes.untold(), goes.perMs()), Accrual.Use::plus));
        Instant asOf = now.isBefore(key.period().end()) ? now : key.period().end();
        return new Accrual(
                Objects.requireNonNull(customer), key.period(), sum.monthStart, sum.book, sum.before, use, asOf);
    }
}
