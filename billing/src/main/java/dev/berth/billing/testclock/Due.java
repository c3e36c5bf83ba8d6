package dev.berth.billing.testclock;

import dev.berth.billing.standing.DunningProperties;
import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** When the next thing is due of an account. Reads the tables of all rooms. Thread-safe. */
final class Due {
    /** A moment at least each day: what is due at a time that is not written down is seen then. */
    private static final Duration DAY = Duration.ofDays(1);

    // Every instant that a pass of some room waits for.
    private static final String MOMENTS = """
            select min(at) from (
                select period_end from billing_period where account_id = {0} and state = 'open'
                union all select not_before from billing_period where account_id = {0} and state = 'waiting_for_watermark'
                union all select next_attempt_at from billing_period where account_id = {0} and state = 'waiting_for_watermark'
                union all select next_try_at from collection where account_id = {0}
                union all select coalesce(look_at, created_at + interval '61 seconds') from payment
                    where account_id = {0} and state in ('pending', 'requires_action')
                union all select action_deadline from payment where account_id = {0} and state = 'requires_action'
                union all select coalesce(look_at, created_at + interval '61 seconds') from refund
                    where account_id = {0} and state in ('pending', 'requires_action')
                union all select due_at from invoice where account_id = {0} and status = 'final'
                union all select due_at + {2} * interval '1 second' from invoice where account_id = {0} and status = 'final'
                union all select suspended_as_of + {3} * interval '1 second' from account_standing where account_id = {0}
                union all select expires_at from credit_grant where account_id = {0} and left_minor > 0
            ) as moments (at)
            where at > {1}""";

    private static final String WAITS = """
            select exists (
                select from billing_period
                where account_id = {0} and state = 'waiting_for_watermark' and not_before <= {1}
                    and (next_attempt_at is null or next_attempt_at <= {1}))""";

    private final DSLContext dsl;
    private final DunningProperties dunning;

    Due(DSLContext dsl, DunningProperties dunning) {
        this.dsl = dsl;
        this.dunning = dunning;
    }

    /** The next moment after one, at most a day later. */
    Instant next(AccountId account, Instant now) {
        Instant tomorrow = now.plus(DAY);
        Instant known = dsl.resultQuery(
                        MOMENTS,
                        DSL.val(account.uuid()),
                        DSL.val(now),
                        DSL.val(dunning.suspendAfter().toSeconds()),
                        DSL.val(dunning.closeAfter().toSeconds()))
                .fetchOne(0, Instant.class);
        return known == null || known.isAfter(tomorrow) ? tomorrow : known;
    }

    /** Whether a period is due whose use is not complete here yet: everybody's time has to pass for that. */
    boolean waits(AccountId account, Instant now) {
        return Objects.requireNonNull(
                dsl.resultQuery(WAITS, DSL.val(account.uuid()), DSL.val(now)).fetchOne(0, Boolean.class));
    }
}
