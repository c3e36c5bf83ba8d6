package dev.berth.gateway.factor;

import static dev.berth.schema.db.gateway.Tables.RECOVERY_CODE;
import static dev.berth.schema.db.gateway.Tables.SECOND_FACTOR;

import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/** Second factors. Each method works in whatever transaction the context is in. */
@Repository
class FactorRepository {
    /** A factor as it is kept. */
    record Kept(String sealed, boolean confirmed, long lastStep) {}

    Optional<Kept> find(DSLContext dsl, UserId user) {
        return dsl.fetchOptional(SECOND_FACTOR, SECOND_FACTOR.USER_ID.eq(user))
                .map(row -> new Kept(row.getSealed(), row.getConfirmedAt() != null, row.getLastStep()));
    }

    /** The same, locked until the transaction ends. */
    Optional<Kept> lock(DSLContext dsl, UserId user) {
        return dsl.selectFrom(SECOND_FACTOR)
                .where(SECOND_FACTOR.USER_ID.eq(user))
                .forUpdate()
                .fetchOptional(row -> new Kept(row.getSealed(), row.getConfirmedAt() != null, row.getLastStep()));
    }

    /** Begins one, or another in place of one that was not confirmed; false if there is one that was. */
    boolean begin(DSLContext dsl, UserId user, String sealed, Instant now) {
        return dsl.insertInto(SECOND_FACTOR)
                        .set(SECOND_FACTOR.USER_ID, user)
                        .set(SECOND_FACTOR.SEALED, sealed)
                        .set(SECOND_FACTOR.CREATED_AT, now)
                        .onConflict(SECOND_FACTOR.USER_ID)
                        .doUpdate()
                        .set(SECOND_FACTOR.SEALED, sealed)
                        .set(SECOND_FACTOR.CREATED_AT, now)
                        .where(SECOND_FACTOR.CONFIRMED_AT.isNull())
                        .execute()
                == 1;
    }

    void confirm(DSLContext dsl, UserId user, Instant now) {
        dsl.update(SECOND_FACTOR)
                .set(SECOND_FACTOR.CONFIRMED_AT, now)
                .where(SECOND_FACTOR.USER_ID.eq(user))
                .execute();
    }

    void used(DSLContext dsl, UserId user, long step) {
        dsl.update(SECOND_FACTOR)
                .set(SECOND_FACTOR.LAST_STEP, step)
                .where(SECOND_FACTOR.USER_ID.eq(user))
                .execute();
    }

    void insertCodes(DSLContext dsl, UserId user, List<byte[]> hashes) {
        hashes.forEach(hash -> dsl.insertInto(RECOVERY_CODE)
                .set(RECOVERY_CODE.USER_ID, user)
                .set(RECOVERY_CODE.CODE_HASH, hash)
                .execute());
    }

    /** Uses a code for recovery up; false if it is none, or was used. */
    boolean useCode(DSLContext dsl, UserId user, byte[] hash, Instant now) {
        return dsl.update(RECOVERY_CODE)
                        .set(RECOVERY_CODE.USED_AT, now)
                        .where(
                                RECOVERY_CODE.USER_ID.eq(user),
                                RECOVERY_CODE.CODE_HASH.eq(hash),
                                RECOVERY_CODE.USED_AT.isNull())
                        .execute()
                == 1;
    }

    int codesLeft(DSLContext dsl, UserId user) {
        return dsl.fetchCount(RECOVERY_CODE, RECOVERY_CODE.USER_ID.eq(user), RECOVERY_CODE.USED_AT.isNull());
    }

    void delete(DSLContext dsl, UserId user) {
        dsl.deleteFrom(SECOND_FACTOR).where(SECOND_FACTOR.USER_ID.eq(user)).execute();
    }
}
