package dev.berth.gateway.edge;

import static dev.berth.schema.db.gateway.Tables.IDEMPOTENCY;

import dev.berth.schema.db.gateway.tables.records.IdempotencyRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Keys that were used, and the answers that were given. Joins the transaction of its caller. */
@Repository
class IdempotencyRepository {
    /** How long an answer is kept. */
    static final Duration KEPT = Duration.ofDays(2);

    private final DSLContext dsl;

    IdempotencyRepository(DSLContext dsl) {
        this.dsl = dsl;
    }

    /**
     * Claims a key; waits while another transaction has it claimed and is not through.
     *
     * @param lockedUntil until when a claim that is committed without an answer holds; null inside the transaction of the effect
     * @return the answer to give again; empty when the key is ours now
     * @throws Refusal 409 if the key was used for another request, or the request is still under way
     */
    Optional<byte[]> claim(IdempotencyKey key, Instant now, @Nullable Instant lockedUntil) {
        int claimed = dsl.insertInto(IDEMPOTENCY)
                .set(IDEMPOTENCY.CALLER, key.caller())
                .set(IDEMPOTENCY.KEY_HASH, key.hash())
                .set(IDEMPOTENCY.FINGERPRINT, key.fingerprint())
                .set(IDEMPOTENCY.CREATED_AT, now)
                .set(IDEMPOTENCY.LOCKED_UNTIL, lockedUntil)
                .onConflict(IDEMPOTENCY.CALLER, IDEMPOTENCY.KEY_HASH)
                .doUpdate()
                .set(IDEMPOTENCY.FINGERPRINT, key.fingerprint())
                .set(IDEMPOTENCY.ANSWER, (byte[]) null)
                .set(IDEMPOTENCY.CREATED_AT, now)
                .set(IDEMPOTENCY.LOCKED_UNTIL, lockedUntil)
                .where(IDEMPOTENCY
                        .CREATED_AT
                        .lt(now.minus(KEPT))
                        .or(IDEMPOTENCY
                                .ANSWER
                                .isNull()
                                .and(IDEMPOTENCY.LOCKED_UNTIL.lt(now))
                                .and(IDEMPOTENCY.FINGERPRINT.eq(DSL.excluded(IDEMPOTENCY.FINGERPRINT)))))
                .execute();
        if (claimed == 1) {
            return Optional.empty();
        }
        IdempotencyRecord row = dsl.fetchSingle(
                IDEMPOTENCY, IDEMPOTENCY.CALLER.eq(key.caller()).and(IDEMPOTENCY.KEY_HASH.eq(key.hash())));
        if (!Arrays.equals(row.getFingerprint(), key.fingerprint())) {
            throw Refusal.of(
                    ErrorCode.IDEMPOTENCY_MISMATCH,
                    "The Idempotency-Key was used before, for another method, path or body.");
        }
        byte[] answer = row.getAnswer();
        if (answer == null) {
            throw inProgress();
        }
        return Optional.of(answer);
    }

    void store(IdempotencyKey key, byte[] answer) {
        dsl.update(IDEMPOTENCY)
                .set(IDEMPOTENCY.ANSWER, answer)
                .setNull(IDEMPOTENCY.LOCKED_UNTIL)
                .where(IDEMPOTENCY.CALLER.eq(key.caller()).and(IDEMPOTENCY.KEY_HASH.eq(key.hash())))
                .execute();
    }

    void forget(IdempotencyKey key) {
        dsl.deleteFrom(IDEMPOTENCY)
                .where(IDEMPOTENCY
                        .CALLER
                        .eq(key.caller())
                        .and(IDEMPOTENCY.KEY_HASH.eq(key.hash()))
                        .and(IDEMPOTENCY.ANSWER.isNull()))
                .execute();
    }

    /** Gives back a claim whose outcome is not known: the same request may try again at once, no other may have the key. */
    void release(IdempotencyKey key) {
        dsl.update(IDEMPOTENCY)
                .set(IDEMPOTENCY.LOCKED_UNTIL, Instant.EPOCH)
                .where(IDEMPOTENCY
                        .CALLER
                        .eq(key.caller())
                        .and(IDEMPOTENCY.KEY_HASH.eq(key.hash()))
                        .and(IDEMPOTENCY.ANSWER.isNull()))
                .execute();
    }

    int forgetOld(Instant now) {
        return dsl.deleteFrom(IDEMPOTENCY)
                .where(IDEMPOTENCY.CREATED_AT.lt(now.minus(KEPT)))
                .execute();
    }

    /** Waits for locks this long at most, in the transaction at hand. */
    void limitWaiting(Duration wait) {
        dsl.execute("set local lock_timeout = " + wait.toMillis());
    }

    static Refusal inProgress() {
        return Refusal.of(ErrorCode.IN_PROGRESS, "The first request with this Idempotency-Key is not through yet.")
                .retryAfter(Duration.ofSeconds(2));
    }
}
