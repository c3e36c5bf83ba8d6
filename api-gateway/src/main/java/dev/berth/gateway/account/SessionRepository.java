package dev.berth.gateway.account;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;
import static dev.berth.schema.db.gateway.Tables.MEMBERSHIP;
import static dev.berth.schema.db.gateway.Tables.SESSION;
import static dev.berth.schema.db.gateway.Tables.USERS;

import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SessionId;
import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record7;
import org.jooq.ResultQuery;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Sessions. */
@Repository
class SessionRepository {
    /** A session and the role of its person. */
    record Held(
            SessionId session,
            UserId user,
            AccountId account,
            Role role,
            Instant lastSeenAt,
            boolean verified,
            boolean closed) {}

    private final DSLContext dsl;

    SessionRepository(DSLContext dsl) {
        this.dsl = dsl;
    }

    void insert(SignedIn session, byte[] hash, Instant now) {
        dsl.insertInto(SESSION)
                .set(SESSION.SESSION_ID, session.session())
                .set(SESSION.USER_ID, session.user())
                .set(SESSION.ACCOUNT_ID, session.account())
                .set(SESSION.SECRET_HASH, hash)
                .set(SESSION.CREATED_AT, now)
                .set(SESSION.LAST_SEEN_AT, now)
                .set(SESSION.EXPIRES_AT, session.expiresAt())
                .execute();
    }

    Optional<Held> find(byte[] hash, Instant now, Instant idleSince) {
        return find(SESSION.SECRET_HASH.eq(hash), now, idleSince);
    }

    /** Those of some sessions that are not over. */
    List<Held> findAll(Collection<SessionId> sessions, Instant now, Instant idleSince) {
        return select(SESSION.SESSION_ID.in(sessions), now, idleSince).fetch(SessionRepository::held);
    }

    private Optional<Held> find(Condition which, Instant now, Instant idleSince) {
        return select(which, now, idleSince).fetchOptional(SessionRepository::held);
    }

    private ResultQuery<Record7<SessionId, UserId, AccountId, String, Instant, Instant, Boolean>> select(
            Condition which, Instant now, Instant idleSince) {
        return dsl.select(
                        SESSION.SESSION_ID,
                        SESSION.USER_ID,
                        SESSION.ACCOUNT_ID,
                        MEMBERSHIP.ROLE,
                        SESSION.LAST_SEEN_AT,
                        USERS.EMAIL_VERIFIED_AT,
                        AccountRepository.CLOSED)
                .from(SESSION)
                .join(ACCOUNT)
                .on(ACCOUNT.ACCOUNT_ID.eq(SESSION.ACCOUNT_ID))
                .join(MEMBERSHIP)
                .on(MEMBERSHIP.ACCOUNT_ID.eq(SESSION.ACCOUNT_ID).and(MEMBERSHIP.USER_ID.eq(SESSION.USER_ID)))
                .join(USERS)
                .on(USERS.USER_ID.eq(SESSION.USER_ID))
                .where(which)
                .and(SESSION.EXPIRES_AT.gt(now))
                .and(SESSION.LAST_SEEN_AT.gt(idleSince));
    }

    private static Held held(Record7<SessionId, UserId, AccountId, String, Instant, Instant, Boolean> row) {
        return new Held(
                row.value1(),
                row.value2(),
                row.value3(),
                Role.of(row.value4()),
                row.value5(),
                row.value6() != null,
                row.value7());
    }

    void seen(SessionId session, Instant now) {
        dsl.update(SESSION)
                .set(SESSION.LAST_SEEN_AT, now)
                .where(SESSION.SESSION_ID.eq(session))
                .execute();
    }

    /** Writes that the provider saw its person sign in then, unless it did later, too. */
    void proven(SessionId session, Instant at) {
        dsl.update(SESSION)
                .set(SESSION.PROVEN_AT, at)
                .where(
                        SESSION.SESSION_ID.eq(session),
                        SESSION.PROVEN_AT.isNull().or(SESSION.PROVEN_AT.lt(at)))
                .execute();
    }

    /** When the provider last saw its person sign in. */
    Optional<Instant> provenAt(SessionId session) {
        return dsl.select(SESSION.PROVEN_AT)
                .from(SESSION)
                .where(SESSION.SESSION_ID.eq(session))
                .fetchOptional(SESSION.PROVEN_AT);
    }

    void delete(SessionId session) {
        dsl.deleteFrom(SESSION).where(SESSION.SESSION_ID.eq(session)).execute();
    }

    /** All of a person, or only those in one account. */
    void deleteOf(UserId user, @Nullable AccountId account) {
        dsl.deleteFrom(SESSION)
                .where(SESSION.USER_ID.eq(user), account == null ? DSL.noCondition() : SESSION.ACCOUNT_ID.eq(account))
                .execute();
    }

    int deleteExpired(Instant now, Instant idleSince) {
        return dsl.deleteFrom(SESSION)
                .where(SESSION.EXPIRES_AT.le(now).or(SESSION.LAST_SEEN_AT.le(idleSince)))
                .execute();
    }
}
