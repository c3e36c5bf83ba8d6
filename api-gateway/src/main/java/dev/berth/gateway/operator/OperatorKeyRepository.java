package dev.berth.gateway.operator;

import static dev.berth.schema.db.gateway.Tables.OPERATOR_KEY;

import dev.berth.gateway.account.KeyText;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Operators;
import dev.berth.gateway.edge.Principal;
import dev.berth.schema.db.gateway.tables.records.OperatorKeyRecord;
import dev.berth.schema.id.OperatorKeyId;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Operators' keys. Each method works in whatever transaction the context is in. */
@Repository
class OperatorKeyRepository {
    private static final Duration LAST_USE_STEP = Duration.ofMinutes(1);

    void insert(DSLContext dsl, KeyText text, OperatorKeyView key) {
        dsl.insertInto(OPERATOR_KEY)
                .set(OPERATOR_KEY.OPERATOR_KEY_ID, key.id())
                .set(OPERATOR_KEY.NAME, key.name())
                .set(OPERATOR_KEY.ROLE, key.role().text())
                .set(OPERATOR_KEY.LOOKUP, text.lookup())
                .set(OPERATOR_KEY.SECRET_HASH, text.hash())
                .set(OPERATOR_KEY.CREATED_BY, key.createdBy())
                .set(OPERATOR_KEY.CREATED_AT, key.createdAt())
                .set(OPERATOR_KEY.EXPIRES_AT, key.expiresAt())
                .execute();
    }

    /** Who has a key, if it is neither revoked nor at its end, and its secret is the one or one that still counts. */
    Optional<Principal.Operator> find(DSLContext dsl, KeyText text, Instant now) {
        return valid(dsl, OPERATOR_KEY.LOOKUP.eq(text.lookup()), now)
                .filter(row -> MessageDigest.isEqual(row.getSecretHash(), text.hash()))
                .or(() -> valid(dsl, OPERATOR_KEY.OLD_LOOKUP.eq(text.lookup()).and(OPERATOR_KEY.OLD_UNTIL.gt(now)), now)
                        .filter(row -> MessageDigest.isEqual(row.getOldSecretHash(), text.hash())))
                .map(row -> new Principal.Operator(row.getOperatorKeyId(), OperatorRole.of(row.getRole())));
    }

    private static Optional<OperatorKeyRecord> valid(DSLContext dsl, Condition which, Instant now) {
        return dsl.selectFrom(OPERATOR_KEY)
                .where(
                        which,
                        OPERATOR_KEY.REVOKED_AT.isNull(),
                        OPERATOR_KEY.EXPIRES_AT.isNull().or(OPERATOR_KEY.EXPIRES_AT.gt(now)))
                .fetchOptional();
    }

    /** Writes the last use, to the minute. */
    void used(DSLContext dsl, OperatorKeyId key, Instant now) {
        dsl.update(OPERATOR_KEY)
                .set(OPERATOR_KEY.LAST_USED_AT, now)
                .where(OPERATOR_KEY.OPERATOR_KEY_ID.eq(key))
                .and(OPERATOR_KEY.LAST_USED_AT.isNull().or(OPERATOR_KEY.LAST_USED_AT.lt(now.minus(LAST_USE_STEP))))
                .execute();
    }

    /** Newest first. Those that are at their end are in it until they are revoked. */
    List<OperatorKeyView> list(DSLContext dsl, @Nullable OperatorKeyId before, int limit, Instant now) {
        return dsl.selectFrom(OPERATOR_KEY)
                .where(
                        OPERATOR_KEY.REVOKED_AT.isNull(),
                        before == null ? DSL.noCondition() : OPERATOR_KEY.OPERATOR_KEY_ID.lt(before))
                .orderBy(OPERATOR_KEY.OPERATOR_KEY_ID.desc())
                .limit(limit)
                .fetch(row -> key(row, now));
    }

    int count(DSLContext dsl) {
        return dsl.fetchCount(OPERATOR_KEY, OPERATOR_KEY.REVOKED_AT.isNull());
    }

    /** Gives one another secret; the one before counts until a time, if there is one. Empty for a key that is not there. */
    Optional<OperatorKeyView> rotate(
            DSLContext dsl, OperatorKeyId key, KeyText text, Instant now, @Nullable Instant oldUntil) {
        return dsl.update(OPERATOR_KEY)
                .set(
                        OPERATOR_KEY.OLD_LOOKUP,
                        oldUntil == null ? DSL.castNull(OPERATOR_KEY.LOOKUP) : OPERATOR_KEY.LOOKUP)
                .set(
                        OPERATOR_KEY.OLD_SECRET_HASH,
                        oldUntil == null ? DSL.castNull(OPERATOR_KEY.SECRET_HASH) : OPERATOR_KEY.SECRET_HASH)
                .set(OPERATOR_KEY.OLD_UNTIL, oldUntil)
                .set(OPERATOR_KEY.LOOKUP, text.lookup())
                .set(OPERATOR_KEY.SECRET_HASH, text.hash())
                .set(OPERATOR_KEY.ROTATED_AT, now)
                .where(OPERATOR_KEY.OPERATOR_KEY_ID.eq(key), OPERATOR_KEY.REVOKED_AT.isNull())
                .returning()
                .fetchOptional(row -> key(row, now));
    }

    boolean revoke(DSLContext dsl, OperatorKeyId key, Instant now) {
        return dsl.update(OPERATOR_KEY)
                        .set(OPERATOR_KEY.REVOKED_AT, now)
                        .where(OPERATOR_KEY.OPERATOR_KEY_ID.eq(key), OPERATOR_KEY.REVOKED_AT.isNull())
                        .execute()
                == 1;
    }

    private static OperatorKeyView key(OperatorKeyRecord row, Instant now) {
        Instant old = row.getOldUntil();
        return new OperatorKeyView(
                row.getOperatorKeyId(),
                row.getName(),
                OperatorRole.of(row.getRole()),
                Operators.PREFIX + row.getLookup(),
                row.getCreatedBy(),
                row.getCreatedAt(),
                row.getExpiresAt(),
                row.getLastUsedAt(),
                row.getRotatedAt(),
                old == null || !old.isAfter(now) ? null : old);
    }
}
