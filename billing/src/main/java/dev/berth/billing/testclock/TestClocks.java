package dev.berth.billing.testclock;

import static dev.berth.schema.db.billing.Tables.ACCOUNT_STANDING;
import static dev.berth.schema.db.billing.Tables.BILLING_PERIOD;
import static dev.berth.schema.db.billing.Tables.CUSTOMER;
import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.LEDGER_TRANSACTION;
import static dev.berth.schema.db.billing.Tables.RUNNING_USE;
import static dev.berth.schema.db.billing.Tables.TEST_CLOCK;
import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.Periods;
import dev.berth.billing.standing.DunningProperties;
import dev.berth.billing.stripe.StripeProperties;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.TestClockRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.invoice.TestClockMoved;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Accounts on test clocks. Such an account lives in the past, and its time is moved forward by the operator, at most to everybody's time, so that
 * what is told of its use is never of the future. Between where a clock is and where it is to be, it stops at every moment at which
 * something is due ({@link Due}), and there the rooms' own passes run for this account alone: what happens is what would have happened, in
 * the same order. Any number of replicas may be asked; one moves. Thread-safe.
 */
@Component
public final class TestClocks {
    /** How far in the past an account may begin. */
    static final Duration FARTHEST = Duration.ofDays(10 * 366L);

    private static final Logger LOG = LoggerFactory.getLogger(TestClocks.class);
    private static final int PASS = 100;

    /** How long one pass works at most before others have their turn. */
    private static final Duration TURN = Duration.ofSeconds(5);

    /** What is done at a moment: the passes of all rooms, in the account's time. */
    @FunctionalInterface
    public interface Passes {
        /**
         * Runs them.
         *
         * @param fence throws in a transaction of a replica that lost the lease
         */
        void run(Instant now, Consumer<DSLContext> fence);
    }

    private final DSLContext dsl;
    private final Customers customers;
    private final Periods periods;
    private final Outbox outbox;
    private final boolean live;
    private final InstantSource everybodys;
    private final Due due;

    TestClocks(
            DSLContext dsl,
            Customers customers,
            Periods periods,
            Outbox outbox,
            DunningProperties dunning,
            StripeProperties stripe,
            @Qualifier("everybodysClock") InstantSource everybodys) {
        this.dsl = dsl;
        this.customers = customers;
        this.periods = periods;
        this.outbox = outbox;
        this.live = stripe.live();
        this.everybodys = everybodys;
        this.due = new Due(dsl, dunning);
    }

    /** An account's clock. */
    public Optional<TestClock> find(AccountId account) {
        return dsl.selectFrom(TEST_CLOCK)
                .where(TEST_CLOCK.ACCOUNT_ID.eq(account))
                .fetchOptional(TestClocks::read);
    }

    /**
     * Puts a new account on a clock: it is as if it had been opened at that time. The same again changes nothing.
     *
     * @param from in the past, at most ten years
     * @throws Refusal {@code invalid} for another time, {@code test_clock_refused} when the account has used or paid anything, is closed, or is on
     *     a clock that began at another time, or where payments are real
     */
    public TestClock begin(AccountId account, Instant from, Cause cause) {
        if (live) {
            throw new Refusal(
                    ErrorCode.TEST_CLOCK_REFUSED, "Payments are real here: Stripe's key is one of its live mode.");
        }
        customers.require(account);
        Instant at = from.truncatedTo(ChronoUnit.MILLIS);
        Instant now = everybodys.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!at.isBefore(now) || at.isBefore(now.minus(FARTHEST))) {
            throw Refusal.invalid("now", "between %s and %s".formatted(now.minus(FARTHEST), now));
        }
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            Customer customer = customers.lock(transaction, account).orElseThrow();
            Optional<TestClock> there = transaction
                    .selectFrom(TEST_CLOCK)
                    .where(TEST_CLOCK.ACCOUNT_ID.eq(account))
                    .fetchOptional(TestClocks::read);
            if (there.isPresent() && there.get().beganAt().equals(at)) {
                return there.get();
            }
            mustBeNew(transaction, customer, there.isPresent());
            transaction
                    .update(CUSTOMER)
                    .set(CUSTOMER.OPENED_AT, at)
                    .where(CUSTOMER.ACCOUNT_ID.eq(account))
                    .execute();
            transaction
                    .deleteFrom(BILLING_PERIOD)
                    .where(BILLING_PERIOD.ACCOUNT_ID.eq(account))
                    .execute();
            transaction
                    .deleteFrom(ACCOUNT_STANDING)
                    .where(ACCOUNT_STANDING.ACCOUNT_ID.eq(account))
                    .execute();
            periods.open(transaction, customers.find(transaction, account).orElseThrow());
            TestClockRecord row = new TestClockRecord();
            row.setAccountId(account);
            row.setBeganAt(at);
            row.setNow(at);
            row.setTarget(at);
            row.setSettled(true); // nothing is due of an account that has just begun
            row.setSteps(0L);
            row.setMadeAt(now);
            transaction.insertInto(TEST_CLOCK).set(row).execute();
            outbox.append(transaction, new TestClockMoved(account, at), cause);
            return read(row);
        });
    }

    /**
     * Moves a clock; the move goes on after the answer. The same target again changes nothing.
     *
     * @param to after what the clock shows, at most everybody's time
     * @throws Refusal {@code not_found} without a clock, {@code invalid} for another time, {@code test_clock_refused} while it moves elsewhere
     */
    public TestClock advance(AccountId account, Instant to) {
        Instant target = to.truncatedTo(ChronoUnit.MILLIS);
        return dsl.transactionResult(configuration -> {
            TestClockRecord row = configuration
                    .dsl()
                    .selectFrom(TEST_CLOCK)
                    .where(TEST_CLOCK.ACCOUNT_ID.eq(account))
                    .forUpdate()
                    .fetchOptional()
                    .orElseThrow(() -> unknown(account));
            if (target.equals(row.getTarget())) {
                return read(row);
            }
            if (!row.getSettled()) {
                throw new Refusal(
                        ErrorCode.TEST_CLOCK_REFUSED,
                        "The clock of %s is on its way to %s.".formatted(account, row.getTarget()));
            }
            Instant now = everybodys.instant();
            if (target.isBefore(row.getNow()) || target.isAfter(now)) {
                throw Refusal.invalid("to", "between %s and %s".formatted(row.getNow(), now));
            }
            row.setTarget(target);
            row.setSettled(false);
            row.update();
            return read(row);
        });
    }

    /**
     * Moves all clocks that are on their way, for a while.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return whether one has still a way to go and need not wait
     */
    public boolean pass(Passes passes, Consumer<DSLContext> fence) {
        long until = System.nanoTime() + TURN.toNanos();
        boolean more = false;
        for (TestClockRecord row : dsl.selectFrom(TEST_CLOCK)
                .where(TEST_CLOCK.SETTLED.isFalse())
                .orderBy(TEST_CLOCK.STEPS, TEST_CLOCK.ACCOUNT_ID)
                .limit(PASS)
                .fetch()) {
            boolean goes = true;
            while (goes && System.nanoTime() < until) {
                goes = step(row, passes, fence);
            }
            more |= goes;
        }
        return more;
    }

    /** Ends a moment and goes to the next one; false when the clock is where it is to be, or has to wait. */
    private boolean step(TestClockRecord row, Passes passes, Consumer<DSLContext> fence) {
        AccountId account = row.getAccountId();
        Instant now = row.getNow();
        try {
            AccountTime.at(account, now, () -> {
                passes.run(now, fence);
                return true;
            });
        } catch (Lease.Fenced e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("account", account).setCause(e).log("a test clock stands; it is tried again");
            dsl.update(TEST_CLOCK)
                    .set(TEST_CLOCK.LAST_ERROR, String.valueOf(e.getMessage()))
                    .where(TEST_CLOCK.ACCOUNT_ID.eq(account))
                    .execute();
            return false;
        }
        if (due.waits(account, now)) {
            return false;
        }
        Instant next = due.next(account, now);
        boolean there = !now.isBefore(row.getTarget());
        Instant to = there || next.isAfter(row.getTarget()) ? row.getTarget() : next;
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            transaction
                    .update(TEST_CLOCK)
                    .set(TEST_CLOCK.NOW, to)
                    .set(TEST_CLOCK.SETTLED, there)
                    .set(TEST_CLOCK.STEPS, TEST_CLOCK.STEPS.plus(1))
                    .setNull(TEST_CLOCK.LAST_ERROR)
                    .where(TEST_CLOCK.ACCOUNT_ID.eq(account))
                    .execute();
            outbox.append(transaction, new TestClockMoved(account, now), Cause.platform(now));
        });
        row.setNow(to);
        return !there;
    }

    private static void mustBeNew(DSLContext transaction, Customer customer, boolean onClock) {
        AccountId account = customer.account();
        boolean used = has(transaction, USAGE_PIECE, USAGE_PIECE.ACCOUNT_ID, account)
                || has(transaction, RUNNING_USE, RUNNING_USE.ACCOUNT_ID, account);
        boolean billed = has(transaction, INVOICE, INVOICE.ACCOUNT_ID, account)
                || has(transaction, LEDGER_TRANSACTION, LEDGER_TRANSACTION.ACCOUNT_ID, account);
        String why = onClock
                ? "is on a clock that began at another time"
                : customer.closedAt() != null
                        ? "is closed"
                        : used ? "has used something" : billed ? "has money on its books" : null;
        if (why != null) {
            throw new Refusal(ErrorCode.TEST_CLOCK_REFUSED, "The account %s %s.".formatted(account, why));
        }
    }

    private static boolean has(
            DSLContext transaction, Table<?> table, TableField<?, AccountId> field, AccountId account) {
        return transaction.fetchExists(table, field.eq(account));
    }

    static Refusal unknown(AccountId account) {
        return new Refusal(ErrorCode.NOT_FOUND, "The account %s is on no test clock.".formatted(account));
    }

    private static TestClock read(TestClockRecord row) {
        return new TestClock(
                row.getAccountId(),
                row.getBeganAt(),
                row.getNow(),
                row.getTarget(),
                row.getSettled() ? "ready" : "advancing",
                row.getSteps(),
                row.getLastError());
    }
}
