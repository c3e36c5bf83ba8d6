package dev.berth.gateway.account;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.API_KEY;
import static dev.berth.schema.db.gateway.Tables.MEMBERSHIP;
import static dev.berth.schema.db.gateway.Tables.USERS;

import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Role;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.db.gateway.tables.records.ApiKeyRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.UserId;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.SelectFieldOrAsterisk;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** API keys. */
@Repository
class ApiKeyRepository {
    private static final Duration LAST_USE_STEP = Duration.ofMinutes(1);

    /** A key and the role of the person it acts for. */
    record Held(
            ApiKeyId key,
            AccountId account,
            UserId user,
            List<Scope> scopes,
            Role role,
            boolean verified,
            boolean closed,
            @Nullable Instant lastUsedAt) {}

    void insert(DSLContext dsl, AccountId account, UserId user, KeyText text, ApiKey key) {
        dsl.insertInto(API_KEY)
                .set(API_KEY.API_KEY_ID, key.id())
                .set(API_KEY.ACCOUNT_ID, account)
                .set(API_KEY.USER_ID, user)
                .set(API_KEY.NAME, key.name())
                .set(API_KEY.LOOKUP, text.lookup())
                .set(API_KEY.SECRET_HASH, text.hash())
                .set(API_KEY.SCOPES, key.scopes().stream().map(Scope::text).toArray(String[]::new))
                .set(API_KEY.CREATED_AT, key.createdAt())
                .set(API_KEY.EXPIRES_AT, key.expiresAt())
                .execute();
    }

    /** The key of a text, if it is neither revoked nor at its end, and its secret is the one or one that still counts. */
    Optional<Held> find(DSLContext dsl, KeyText text, Instant now) {
        return held(dsl, API_KEY.LOOKUP.eq(text.lookup()), now)
                .filter(row -> MessageDigest.isEqual(row.get(API_KEY.SECRET_HASH), text.hash()))
                .or(() -> held(dsl, API_KEY.OLD_LOOKUP.eq(text.lookup()).and(API_KEY.OLD_UNTIL.gt(now)), now)
                        .filter(row -> MessageDigest.isEqual(row.get(API_KEY.OLD_SECRET_HASH), text.hash())))
                .map(ApiKeyRepository::held);
    }

    /** Those of some keys that are neither revoked nor at their end. */
    List<Held> findAll(DSLContext dsl, Collection<ApiKeyId> keys, Instant now) {
        return select(dsl, API_KEY.API_KEY_ID.in(keys), now).fetch(ApiKeyRepository::held);
    }

    private static Optional<Record> held(DSLContext dsl, Condition which, Instant now) {
        return select(dsl, which, now).fetchOptional();
    }

    private static ResultQuery<Record> select(DSLContext dsl, Condition which, Instant now) {
        return dsl.select(List.<SelectFieldOrAsterisk>of(
                        API_KEY.API_KEY_ID,
                        API_KEY.ACCOUNT_ID,
                        API_KEY.USER_ID,
                        API_KEY.SECRET_HASH,
                        API_KEY.OLD_SECRET_HASH,
                        API_KEY.SCOPES,
                        MEMBERSHIP.ROLE,
                        USERS.EMAIL_VERIFIED_AT,
                        API_KEY.LAST_USED_AT,
                        AccountRepository.CLOSED))
                .from(API_KEY)
                .join(ACCOUNT)
                .on(ACCOUNT.ACCOUNT_ID.eq(API_KEY.ACCOUNT_ID))
                .join(MEMBERSHIP)
                .on(MEMBERSHIP.ACCOUNT_ID.eq(API_KEY.ACCOUNT_ID).and(MEMBERSHIP.USER_ID.eq(API_KEY.USER_ID)))
                .join(USERS)
                .on(USERS.USER_ID.eq(API_KEY.USER_ID))
                .where(which.and(API_KEY.REVOKED_AT.isNull())
                        .and(API_KEY.EXPIRES_AT.isNull().or(API_KEY.EXPIRES_AT.gt(now))));
    }

    private static Held held(Record row) {
        return new Held(
                row.get(API_KEY.API_KEY_ID),
                row.get(API_KEY.ACCOUNT_ID),
                row.get(API_KEY.USER_ID),
                scopes(row.get(API_KEY.SCOPES)),
                Role.of(row.get(MEMBERSHIP.ROLE)),
                row.get(USERS.EMAIL_VERIFIED_AT) != null,
                row.get(AccountRepository.CLOSED),
                row.get(API_KEY.LAST_USED_AT));
    }

    /** Writes the last use, to the minute. */
    void used(DSLContext dsl, Held key, Instant now) {
        Instant last = key.lastUsedAt();
        if (last != null && !last.isBefore(now.minus(LAST_USE_STEP))) {
            return;
        }
        dsl.update(API_KEY)
                .set(API_KEY.LAST_USED_AT, now)
                .where(API_KEY.API_KEY_ID.eq(key.key()))
                .and(API_KEY.LAST_USED_AT.isNull().or(API_KEY.LAST_USED_AT.lt(now.minus(LAST_USE_STEP))))
                .execute();
    }

    /** Newest first. Those that are at their end are in it until they are deleted. */
    List<ApiKey> list(DSLContext dsl, AccountId account, @Nullable ApiKeyId before, Paging paging, Instant now) {
        Condition rest = before == null ? DSL.noCondition() : API_KEY.API_KEY_ID.lt(before);
        return dsl.selectFrom(API_KEY)
                .where(API_KEY.ACCOUNT_ID
                        .eq(account)
                        .and(API_KEY.REVOKED_AT.isNull())
                        .and(rest))
                .orderBy(API_KEY.API_KEY_ID.desc())
                .limit(paging.limit() + 1)
                .fetch(row -> key(row, now));
    }

    private static ApiKey key(ApiKeyRecord row, Instant now) {
        Instant old = row.getOldUntil();
        return new ApiKey(
                row.getApiKeyId(),
                row.getName(),
                KeyText.PREFIX + row.getLookup(),
                scopes(row.getScopes()),
                row.getCreatedAt(),
                row.getExpiresAt(),
                row.getLastUsedAt(),
                row.getRotatedAt(),
                old == null || !old.isAfter(now) ? null : old);
    }

    /** Gives a key another secret; the one before, if it is to count on, until a time. */
    ApiKey rotate(DSLContext dsl, ApiKeyId key, KeyText text, Instant now, @Nullable Instant oldUntil) {
        return dsl.update(API_KEY)
                .set(API_KEY.OLD_LOOKUP, oldUntil == null ? DSL.castNull(API_KEY.LOOKUP) : API_KEY.LOOKUP)
                .set(
                        API_KEY.OLD_SECRET_HASH,
                        oldUntil == null ? DSL.castNull(API_KEY.SECRET_HASH) : API_KEY.SECRET_HASH)
                .set(API_KEY.OLD_UNTIL, oldUntil)
                .set(API_KEY.LOOKUP, text.lookup())
                .set(API_KEY.SECRET_HASH, text.hash())
                .set(API_KEY.ROTATED_AT, now)
                .where(API_KEY.API_KEY_ID.eq(key))
                .returning()
                .fetchSingle(row -> key(row, now));
    }

    /** The key of an account, locked until the transaction ends, if it is not revoked. */
    Optional<Held> lock(DSLContext dsl, AccountId account, ApiKeyId key) {
        return dsl.select(API_KEY.USER_ID, API_KEY.SCOPES, MEMBERSHIP.ROLE)
                .from(API_KEY)
                .join(MEMBERSHIP)
                .on(MEMBERSHIP.ACCOUNT_ID.eq(API_KEY.ACCOUNT_ID).and(MEMBERSHIP.USER_ID.eq(API_KEY.USER_ID)))
                .where(API_KEY.API_KEY_ID.eq(key), API_KEY.ACCOUNT_ID.eq(account), API_KEY.REVOKED_AT.isNull())
                .forNoKeyUpdate()
                .of(API_KEY)
                .fetchOptional(row -> new Held(
                        key, account, row.value1(), scopes(row.value2()), Role.of(row.value3()), true, false, null));
    }

    /** Revokes all keys that somebody made in an account. */
    void revokeAll(DSLContext dsl, AccountId account, UserId user, Instant now) {
        dsl.update(API_KEY)
                .set(API_KEY.REVOKED_AT, now)
                .where(API_KEY.ACCOUNT_ID.eq(account), API_KEY.USER_ID.eq(user), API_KEY.REVOKED_AT.isNull())
                .execute();
    }

    int count(DSLContext dsl, AccountId account) {
        return dsl.fetchCount(API_KEY, API_KEY.ACCOUNT_ID.eq(account).and(API_KEY.REVOKED_AT.isNull()));
    }

    boolean revoke(DSLContext dsl, AccountId account, ApiKeyId key, Instant now) {
        return dsl.update(API_KEY)
                        .set(API_KEY.REVOKED_AT, now)
                        .where(API_KEY.API_KEY_ID
                                .eq(key)
                                .and(API_KEY.ACCOUNT_ID.eq(account))
                                .and(API_KEY.REVOKED_AT.isNull()))
                        .execute()
                == 1;
    }

    private static List<Scope> scopes(String[] texts) {
        return new ArrayList<>(
                Arrays.stream(texts).flatMap(text -> Scope.named(text).stream()).toList());
    }
}
