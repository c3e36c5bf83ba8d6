package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.BILLING_PERIOD;
import static dev.berth.schema.db.billing.Tables.CUSTOMER;
import static dev.berth.schema.db.billing.Tables.USAGE_PARTITION;

import dev.berth.billing.batch.Unnested;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.Topic;
import dev.berth.schema.db.billing.tables.records.BillingPeriodRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The periods of every account: contiguous from the month in which it opened, disjoint, exactly one open. Closing at an instant
 * ends the open one there and opens the rest of the month; closing there again changes nothing. Thread-safe.
 */
@Component
public final class Periods {
    /** Who ends a period. */
    public enum AskedBy {
        CALENDAR,
        OPERATOR,
        ACCOUNT_CLOSED;

        private String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final int MAX_MONTHS = 1200;

    private final InvoiceProperties properties;

    public Periods(InvoiceProperties properties) {
        this.properties = properties;
    }

    /** Opens the first period of a customer, once. */
    public void open(DSLContext transaction, Customer customer) {
        boolean known = transaction.fetchExists(BILLING_PERIOD, BILLING_PERIOD.ACCOUNT_ID.eq(customer.account()));
        if (!known) {
            Period month = customer.calendar().monthOf(customer.openedAt());
            insert(transaction, customer.account(), month, month.start());
        }
    }

    /**
     * Ends the open period at an instant, and every month before it that is over.
     *
     * @param at not in the future
     * @return the period that ends there, or the one that contains the instant when it was closed before; empty when the
     *     instant lies before the first
     */
    public Optional<BillingPeriod> close(
            DSLContext transaction, Customer customer, Instant at, AskedBy askedBy, Cause cause, Instant now) {
        open(transaction, customer);
        for (int months = 0; months < MAX_MONTHS; months++) {
            BillingPeriodRecord open = transaction
                    .selectFrom(BILLING_PERIOD)
                    .where(
                            BILLING_PERIOD.ACCOUNT_ID.eq(customer.account()),
                            BILLING_PERIOD.STATE.eq(PeriodState.OPEN.text()))
                    .forUpdate()
                    .fetchOne();
            if (open == null) {
                continue; // another close ended it while this one waited for the lock; the next statement sees the new
                // one
            }
            if (!at.isAfter(open.getPeriodStart())) {
                return closedAt(transaction, customer.account(), at);
            }
            Instant until = open.getPeriodEnd();
            boolean inside = at.isBefore(until);
            boolean monthEnds = at.isAfter(until);
            Instant end = inside ? at : until;
            end(transaction, open, end, monthEnds ? AskedBy.CALENDAR : askedBy, cause, now);
            if (inside) {
                Period rest = new Period(at, until);
                insert(transaction, customer.account(), rest, open.getMonthStart());
            } else {
                Period next = customer.calendar().monthOf(end);
                insert(transaction, customer.account(), next, next.start());
            }
            if (!monthEnds) {
                return find(transaction, customer.account(), open.getPeriodStart());
            }
        }
        throw new IllegalStateException(
                "%s has more than %d months to close".formatted(customer.account(), MAX_MONTHS));
    }

    /** The open period of an account. */
    public Optional<BillingPeriod> openOf(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(BILLING_PERIOD)
                .where(BILLING_PERIOD.ACCOUNT_ID.eq(account), BILLING_PERIOD.STATE.eq(PeriodState.OPEN.text()))
                .fetchOptional(Periods::read);
    }

    /** The period of an account that starts at an instant. */
    public Optional<BillingPeriod> find(DSLContext dsl, AccountId account, Instant start) {
        return dsl.selectFrom(BILLING_PERIOD)
                .where(BILLING_PERIOD.ACCOUNT_ID.eq(account), BILLING_PERIOD.PERIOD_START.eq(start))
                .fetchOptional(Periods::read);
    }

    /** The last period of an account that the operator closed. */
    public Optional<BillingPeriod> lastByOperator(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(BILLING_PERIOD)
                .where(BILLING_PERIOD.ACCOUNT_ID.eq(account), BILLING_PERIOD.ASKED_BY.eq(AskedBy.OPERATOR.text()))
                .orderBy(BILLING_PERIOD.PERIOD_START.desc())
                .limit(1)
                .fetchOptional(Periods::read);
    }

    /** The cut-off of the last period before an instant that is finished: what was known then is billed. Zero before the first. */
    public long knownBefore(DSLContext dsl, AccountId account, Instant start) {
        return knownBefore(dsl, List.of(account), List.of(start)).getFirst();
    }

    /** As {@link #knownBefore(DSLContext, AccountId, Instant)}, of some accounts and an instant for each. */
    List<Long> knownBefore(DSLContext dsl, List<AccountId> accounts, List<Instant> starts) {
        Unnested asked = new Unnested("asked");
        Field<AccountId> account = asked.add(BILLING_PERIOD.ACCOUNT_ID, accounts);
        Field<Instant> start = asked.add(BILLING_PERIOD.PERIOD_START, starts);
        Field<Long> known = DSL.field(DSL.select(DSL.max(BILLING_PERIOD.INGESTION_CUTOFF))
                .from(BILLING_PERIOD)
                .where(BILLING_PERIOD.ACCOUNT_ID.eq(account), BILLING_PERIOD.PERIOD_START.lt(start)));
        return dsl.select(DSL.coalesce(known, DSL.inline(0L)))
                .from(asked.table())
                .orderBy(asked.ordinal())
                .fetch(0, Long.class);
    }

    /** The periods of accounts that have no result yet, of each in order. */
    public List<BillingPeriod> unfinished(DSLContext dsl, Collection<AccountId> accounts) {
        return dsl.selectFrom(BILLING_PERIOD)
                .where(
                        BILLING_PERIOD.ACCOUNT_ID.in(accounts),
                        BILLING_PERIOD.STATE.in(PeriodState.OPEN.text(), PeriodState.WAITING_FOR_WATERMARK.text()))
                .orderBy(BILLING_PERIOD.ACCOUNT_ID, BILLING_PERIOD.PERIOD_START)
                .fetch(Periods::read);
    }

    /** The periods of an account before an instant that have no result yet, in order. */
    List<BillingPeriod> unfinishedBefore(DSLContext dsl, AccountId account, Instant start) {
        return dsl.selectFrom(BILLING_PERIOD)
                .where(
                        BILLING_PERIOD.ACCOUNT_ID.eq(account),
                        BILLING_PERIOD.PERIOD_START.lt(start),
                        BILLING_PERIOD.STATE.in(PeriodState.OPEN.text(), PeriodState.WAITING_FOR_WATERMARK.text()))
                .orderBy(BILLING_PERIOD.PERIOD_START)
                .fetch(Periods::read);
    }

    /** Accounts whose open period began before an instant at which they were open, in the order of their ids. */
    List<AccountId> openAt(DSLContext dsl, Instant at, int limit) {
        return dsl.select(BILLING_PERIOD.ACCOUNT_ID)
                .from(BILLING_PERIOD)
                .join(CUSTOMER)
                .on(CUSTOMER.ACCOUNT_ID.eq(BILLING_PERIOD.ACCOUNT_ID), CUSTOMER.OPENED_AT.lt(at))
                .where(
                        BILLING_PERIOD.STATE.eq(PeriodState.OPEN.text()),
                        BILLING_PERIOD.PERIOD_START.lt(at),
                        AccountTime.reach(BILLING_PERIOD.ACCOUNT_ID))
                .orderBy(BILLING_PERIOD.ACCOUNT_ID)
                .limit(limit)
                .fetch(BILLING_PERIOD.ACCOUNT_ID);
    }

    /** The ended periods that contain an instant or end there, by account, after one. */
    List<BillingPeriod> closedAt(DSLContext dsl, Instant at, @Nullable AccountId after, int limit) {
        return dsl.selectFrom(BILLING_PERIOD)
                .where(
                        BILLING_PERIOD.PERIOD_START.lt(at),
                        BILLING_PERIOD.PERIOD_END.ge(at),
                        BILLING_PERIOD.STATE.ne(PeriodState.OPEN.text()),
                        after == null ? DSL.noCondition() : BILLING_PERIOD.ACCOUNT_ID.gt(after))
                .orderBy(BILLING_PERIOD.ACCOUNT_ID)
                .limit(limit)
                .fetch(Periods::read);
    }

    /** Whether a period that contains an instant or ends there waits for its invoice. */
    boolean waitsAt(DSLContext dsl, Instant at) {
        return dsl.fetchExists(
                BILLING_PERIOD,
                BILLING_PERIOD
                        .STATE
                        .eq(PeriodState.WAITING_FOR_WATERMARK.text())
                        .and(BILLING_PERIOD.PERIOD_START.lt(at))
                        .and(BILLING_PERIOD.PERIOD_END.ge(at))
                        .and(AccountTime.reach(BILLING_PERIOD.ACCOUNT_ID)));
    }

    /** How many periods wait for their invoice; only those whose last attempt failed when {@code failing}. */
    public int waiting(DSLContext dsl, boolean failing) {
        return dsl.fetchCount(
                BILLING_PERIOD,
                BILLING_PERIOD
                        .STATE
                        .eq(PeriodState.WAITING_FOR_WATERMARK.text())
                        .and(failing ? BILLING_PERIOD.LAST_ERROR.isNotNull() : DSL.noCondition()));
    }

    /** Accounts whose open period is over, the longest over first. */
    List<AccountId> over(DSLContext dsl, Instant now, int limit) {
        return dsl.select(BILLING_PERIOD.ACCOUNT_ID)
                .from(BILLING_PERIOD)
                .where(
                        BILLING_PERIOD.STATE.eq(PeriodState.OPEN.text()),
                        BILLING_PERIOD.PERIOD_END.le(now),
                        AccountTime.reach(BILLING_PERIOD.ACCOUNT_ID))
                .orderBy(BILLING_PERIOD.PERIOD_END)
                .limit(limit)
                .fetch(BILLING_PERIOD.ACCOUNT_ID);
    }

    /** Periods that can be finished now: the watermark has passed, the grace is over, none before them waits. */
    List<BillingPeriod> due(DSLContext dsl, Instant now, int limit) {
        var earlier = BILLING_PERIOD.as("earlier");
        return dsl.select(BILLING_PERIOD.asterisk())
                .from(BILLING_PERIOD)
                .join(USAGE_PARTITION)
                .on(
                        USAGE_PARTITION.PARTITION.eq(BILLING_PERIOD.USAGE_PARTITION),
                        USAGE_PARTITION.WATERMARK.ge(BILLING_PERIOD.PERIOD_END))
                .where(
                        BILLING_PERIOD.STATE.eq(PeriodState.WAITING_FOR_WATERMARK.text()),
                        BILLING_PERIOD.NOT_BEFORE.le(now),
                        AccountTime.reach(BILLING_PERIOD.ACCOUNT_ID),
                        BILLING_PERIOD.NEXT_ATTEMPT_AT.isNull().or(BILLING_PERIOD.NEXT_ATTEMPT_AT.le(now)),
                        DSL.notExists(DSL.selectOne()
                                .from(earlier)
                                .where(
                                        earlier.ACCOUNT_ID.eq(BILLING_PERIOD.ACCOUNT_ID),
                                        earlier.STATE.eq(PeriodState.WAITING_FOR_WATERMARK.text()),
                                        earlier.PERIOD_START.lt(BILLING_PERIOD.PERIOD_START))))
                .orderBy(BILLING_PERIOD.NOT_BEFORE)
                .limit(limit)
                .fetch(row -> read(row.into(BILLING_PERIOD)));
    }

    /** Those of some periods that are there, as they are now, locked until the end of the transaction; in the order of their accounts. */
    List<BillingPeriod> lock(DSLContext transaction, List<BillingPeriod> some) {
        Unnested asked = new Unnested("asked");
        Field<AccountId> account = asked.add(
                BILLING_PERIOD.ACCOUNT_ID,
                some.stream().map(BillingPeriod::account).toList());
        Field<Instant> start = asked.add(
                BILLING_PERIOD.PERIOD_START,
                some.stream().map(period -> period.period().start()).toList());
        return transaction
                .select(BILLING_PERIOD.asterisk())
                .from(asked.table())
                .join(BILLING_PERIOD)
                .on(BILLING_PERIOD.ACCOUNT_ID.eq(account), BILLING_PERIOD.PERIOD_START.eq(start))
                .orderBy(BILLING_PERIOD.ACCOUNT_ID, BILLING_PERIOD.PERIOD_START)
                .forUpdate()
                .of(BILLING_PERIOD)
                .fetch(row -> read(row.into(BILLING_PERIOD)));
    }

    /**
     * How a period ended.
     *
     * @param invoice null where there was nothing to bill
     */
    record Finished(BillingPeriod period, @Nullable InvoiceId invoice, long cutoff) {}

    /** Records that periods are finished. */
    void finished(DSLContext transaction, List<Finished> some, Instant now) {
        Unnested rows = new Unnested("finished");
        Field<AccountId> account = rows.add(
                BILLING_PERIOD.ACCOUNT_ID,
                some.stream().map(one -> one.period().account()).toList());
        Field<Instant> start = rows.add(
                BILLING_PERIOD.PERIOD_START,
                some.stream().map(one -> one.period().period().start()).toList());
        Field<InvoiceId> invoice = rows.add(
                BILLING_PERIOD.INVOICE_ID, some.stream().map(Finished::invoice).toList());
        Field<Long> cutoff = rows.add(
                BILLING_PERIOD.INGESTION_CUTOFF,
                some.stream().map(Finished::cutoff).toList());
        transaction
                .update(BILLING_PERIOD)
                .set(
                        BILLING_PERIOD.STATE,
                        DSL.when(invoice.isNull(), PeriodState.NOTHING_TO_BILL.text())
                                .otherwise(PeriodState.FINALIZED.text()))
                .set(BILLING_PERIOD.INVOICE_ID, invoice)
                .set(BILLING_PERIOD.INGESTION_CUTOFF, cutoff)
                .set(BILLING_PERIOD.FINISHED_AT, now)
                .setNull(BILLING_PERIOD.LAST_ERROR)
                .from(rows.table())
                .where(
                        BILLING_PERIOD.ACCOUNT_ID.eq(account),
                        BILLING_PERIOD.PERIOD_START.eq(start),
                        BILLING_PERIOD.STATE.eq(PeriodState.WAITING_FOR_WATERMARK.text()))
                .execute();
    }

    /** Records a failed attempt; the next one waits twice as long as the one before, at most five minutes. */
    void failed(DSLContext dsl, BillingPeriod period, String error, Instant now) {
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            Integer attempts = transaction
                    .select(BILLING_PERIOD.ATTEMPTS)
                    .from(BILLING_PERIOD)
                    .where(same(period))
                    .forUpdate()
                    .fetchSingle(BILLING_PERIOD.ATTEMPTS);
            long wait = Math.min(300, 1L << Math.min(attempts, 9));
            transaction
                    .update(BILLING_PERIOD)
                    .set(BILLING_PERIOD.ATTEMPTS, attempts + 1)
                    .set(BILLING_PERIOD.LAST_ERROR, error)
                    .set(BILLING_PERIOD.NEXT_ATTEMPT_AT, now.plus(Duration.ofSeconds(wait)))
                    .where(same(period))
                    .execute();
        });
    }

    private static org.jooq.Condition same(BillingPeriod period) {
        return BILLING_PERIOD
                .ACCOUNT_ID
                .eq(period.account())
                .and(BILLING_PERIOD.PERIOD_START.eq(period.period().start()));
    }

    private Optional<BillingPeriod> closedAt(DSLContext dsl, AccountId account, Instant at) {
        return dsl.selectFrom(BILLING_PERIOD)
                .where(
                        BILLING_PERIOD.ACCOUNT_ID.eq(account),
                        BILLING_PERIOD.PERIOD_START.lt(at),
                        BILLING_PERIOD.PERIOD_END.ge(at))
                .fetchOptional(Periods::read);
    }

    private void end(
            DSLContext transaction, BillingPeriodRecord open, Instant end, AskedBy askedBy, Cause cause, Instant now) {
        Duration grace = askedBy == AskedBy.CALENDAR ? properties.calendarGrace() : properties.operatorGrace();
        open.setPeriodEnd(end);
        open.setState(PeriodState.WAITING_FOR_WATERMARK.text());
        open.setAskedBy(askedBy.text());
        open.setAskedAt(now);
        open.setNotBefore(end.plus(grace));
        open.setOperation(cause.operation());
        open.setActor(cause.actor());
        open.setCausedAt(cause.at());
        transaction.executeUpdate(open);
    }

    private static void insert(DSLContext transaction, AccountId account, Period period, Instant monthStart) {
        transaction
                .insertInto(BILLING_PERIOD)
                .set(BILLING_PERIOD.ACCOUNT_ID, account)
                .set(BILLING_PERIOD.PERIOD_START, period.start())
                .set(BILLING_PERIOD.PERIOD_END, period.end())
                .set(BILLING_PERIOD.MONTH_START, monthStart)
                .set(BILLING_PERIOD.STATE, PeriodState.OPEN.text())
                .set(BILLING_PERIOD.USAGE_PARTITION, Topic.partitionOf(account.toString()))
                .onConflictDoNothing()
                .execute();
    }

    private static BillingPeriod read(BillingPeriodRecord row) {
        return new BillingPeriod(
                row.getAccountId(),
                new Period(row.getPeriodStart(), row.getPeriodEnd()),
                row.getMonthStart(),
                PeriodState.of(row.getState()),
                row.getNotBefore(),
                row.getUsagePartition(),
                row.getIngestionCutoff(),
                row.getInvoiceId(),
                row.getFinishedAt(),
                row.getLastError(),
                row.getOperation() == null
                        ? null
                        : new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null));
    }
}
