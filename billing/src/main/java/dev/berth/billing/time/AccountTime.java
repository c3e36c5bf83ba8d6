package dev.berth.billing.time;

import static dev.berth.schema.db.billing.Tables.TEST_CLOCK;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * The clock of all rooms. Whoever works for one account does so {@link #within} its time: on a test clock that is an instant of the past, and
 * everybody's time otherwise. The binding is a {@link ScopedValue}: it ends with the work, and threads that the work starts do not have it.
 * Thread-safe.
 */
public final class AccountTime implements InstantSource {
    /** Bound while somebody works for an account on a test clock. */
    private static final ScopedValue<Moment> MOMENT = ScopedValue.newInstance();

    private record Moment(AccountId account, Instant now) {}

    private final InstantSource everybodys;

    public AccountTime(InstantSource everybodys) {
        this.everybodys = everybodys;
    }

    @Override
    public Instant instant() {
        return MOMENT.isBound() ? MOMENT.get().now() : everybodys.instant();
    }

    /** Whether the work at hand is for an account on a test clock. */
    public static boolean isBound() {
        return MOMENT.isBound();
    }

    /** What the test clock of an account shows; empty for one that has none. */
    public static Optional<Instant> shown(DSLContext dsl, AccountId account) {
        return dsl.select(TEST_CLOCK.NOW)
                .from(TEST_CLOCK)
                .where(TEST_CLOCK.ACCOUNT_ID.eq(account))
                .fetchOptional(TEST_CLOCK.NOW);
    }

    /** What the test clocks of some accounts show; of those that have one. */
    public static Map<AccountId, Instant> shown(DSLContext dsl, Collection<AccountId> accounts) {
        return dsl.select(TEST_CLOCK.ACCOUNT_ID, TEST_CLOCK.NOW)
                .from(TEST_CLOCK)
                .where(TEST_CLOCK.ACCOUNT_ID.in(accounts))
                .fetchMap(TEST_CLOCK.ACCOUNT_ID, TEST_CLOCK.NOW);
    }

    /** Works for an account in its time. */
    public static <T, X extends Throwable> T within(
            DSLContext dsl, AccountId account, ScopedValue.CallableOp<? extends T, X> work) throws X {
        if (MOMENT.isBound() && MOMENT.get().account().equals(account)) {
            return work.call();
        }
        Optional<Instant> shown = shown(dsl, account);
        return shown.isEmpty() ? work.call() : at(account, shown.get(), work);
    }

    /** Works for an account at an instant, and for no other: see {@link #reach}. */
    public static <T, X extends Throwable> T at(
            AccountId account, Instant now, ScopedValue.CallableOp<? extends T, X> work) throws X {
        return ScopedValue.where(MOMENT, new Moment(account, now)).call(work);
    }

    /**
     * Which accounts a pass over all of them is about: every one that is on no test clock, and while {@link #at} is in force that one alone.
     */
    public static Condition reach(Field<AccountId> account) {
        return MOMENT.isBound()
                ? account.eq(MOMENT.get().account())
                : DSL.notExists(DSL.selectOne().from(TEST_CLOCK).where(TEST_CLOCK.ACCOUNT_ID.eq(account)));
    }
}
