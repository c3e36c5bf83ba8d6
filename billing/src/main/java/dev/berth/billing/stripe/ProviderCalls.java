package dev.berth.billing.stripe;

import static dev.berth.schema.db.billing.Tables.PROVIDER_CALL;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.PaymentId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** What was asked of the provider: each call's key is committed before the call is made. Thread-safe. */
@Component
public final class ProviderCalls {
    /** For how long from the first time a call may be repeated with its key: Stripe keeps results for 24 h, and an hour is spare. */
    public static final Duration REPEATABLE = Duration.ofHours(23);

    private final DSLContext dsl;
    private final InstantSource clock;

    public ProviderCalls(DSLContext dsl, @Qualifier("everybodysClock") InstantSource clock) {
        this.dsl = dsl;
        this.clock = clock;
    }

    /**
     * Writes a call down, before it is made.
     *
     * @return when it was asked for the first time
     */
    public Instant begin(String key, String step, AccountId account, @Nullable PaymentId payment) {
        return dsl.insertInto(PROVIDER_CALL)
                .set(PROVIDER_CALL.IDEMPOTENCY_KEY, key)
                .set(PROVIDER_CALL.STEP, step)
                .set(PROVIDER_CALL.ACCOUNT_ID, account)
                .set(PROVIDER_CALL.PAYMENT_ID, payment)
                .set(PROVIDER_CALL.ASKED_AT, clock.instant())
                .onConflict(PROVIDER_CALL.IDEMPOTENCY_KEY)
                .doUpdate()
                .set(PROVIDER_CALL.ASKED_TIMES, PROVIDER_CALL.ASKED_TIMES.plus(1))
                .returning(PROVIDER_CALL.ASKED_AT)
                .fetchSingle()
                .getAskedAt();
    }

    /** Whether a call first made at an instant may be repeated. */
    public boolean repeatable(Instant askedAt) {
        return clock.instant().isBefore(askedAt.plus(REPEATABLE));
    }

    /** Notes the object that a call made or changed. */
    public void answered(String key, String reference) {
        dsl.update(PROVIDER_CALL)
                .set(PROVIDER_CALL.ANSWERED_AT, clock.instant())
                .set(PROVIDER_CALL.REFERENCE, reference)
                .where(PROVIDER_CALL.IDEMPOTENCY_KEY.eq(key))
                .execute();
    }

    /** The object that a call made, null while that is not known. */
    public @Nullable String reference(String key) {
        return dsl.select(PROVIDER_CALL.REFERENCE)
                .from(PROVIDER_CALL)
                .where(PROVIDER_CALL.IDEMPOTENCY_KEY.eq(key))
                .fetchOne(PROVIDER_CALL.REFERENCE);
    }
}
