package dev.berth.gateway.account;

import static dev.berth.schema.db.gateway.Tables.ACCOUNT;

import dev.berth.schema.db.gateway.tables.records.AccountRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/**
 * How far the end of an account is. Each method works in whatever transaction the context is in; what writes is called under
 * {@link #lock}.
 */
@Repository
public class EndingRepository {
    /**
     * An account on its way out, or not.
     *
     * @param closingAt since when it is closing; null where it is not
     * @param endsAt when it is closed for good
     * @param closedAt since when it is
     * @param peopleUntil how long its owners may still see what it owes; null before that is decided
     * @param peopleGoneAt when its last people were forgotten
     * @param eventsUntil the last position of the feed that is sent to its webhooks
     */
    public record Ending(
            AccountId account,
            String name,
            AccountStanding standing,
            @Nullable Instant closingAt,
            @Nullable Instant endsAt,
            @Nullable Instant closedAt,
            @Nullable Instant peopleUntil,
            @Nullable Instant peopleGoneAt,
            @Nullable Long eventsUntil) {
        /** The same with nothing that ends it: how it stands once it is reopened. */
        public AccountStanding standingWhenOpen() {
            return new AccountStanding(standing.standing(), standing.capReached(), false);
        }
    }

    /** Locks one against all who hold its standing, until the transaction ends. */
    public Optional<Ending> lock(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(ACCOUNT)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .forNoKeyUpdate()
                .fetchOptional(EndingRepository::read);
    }

    /** It closes from now on. */
    public void begin(DSLContext dsl, AccountId account, String by, Instant now, Instant endsAt) {
        dsl.update(ACCOUNT)
                .set(ACCOUNT.CLOSING_AT, now)
                .set(ACCOUNT.CLOSING_BY, by)
                .set(ACCOUNT.CLOSING_ENDS_AT, endsAt)
                .set(ACCOUNT.REAP_AT, endsAt)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** It closes no more. */
    public void reopen(DSLContext dsl, AccountId account) {
        dsl.update(ACCOUNT)
                .setNull(ACCOUNT.CLOSING_AT)
                .setNull(ACCOUNT.CLOSING_BY)
                .setNull(ACCOUNT.CLOSING_ENDS_AT)
                .setNull(ACCOUNT.REAP_AT)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** It is closed for good, and looked at from now on; false if it was before. */
    public boolean close(DSLContext dsl, AccountId account, Instant now) {
        return dsl.update(ACCOUNT)
                        .set(ACCOUNT.CLOSED_AT, now)
                        .set(ACCOUNT.REAP_AT, now)
                        .where(ACCOUNT.ACCOUNT_ID.eq(account), ACCOUNT.CLOSED_AT.isNull())
                        .execute()
                == 1;
    }

    /** What stands behind a position of the feed is sent to its webhooks again. */
    public void eventsFrom(DSLContext dsl, AccountId account, long position) {
        dsl.update(ACCOUNT)
                .set(ACCOUNT.EVENTS_FROM, position)
                .setNull(ACCOUNT.EVENTS_UNTIL)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** What stands behind a position of the feed is not sent to its webhooks. */
    public void eventsUntil(DSLContext dsl, AccountId account, long position) {
        dsl.update(ACCOUNT)
                .set(ACCOUNT.EVENTS_UNTIL, position)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Decides how long its owners may still see what it owes. */
    public void peopleUntil(DSLContext dsl, AccountId account, Instant until) {
        dsl.update(ACCOUNT)
                .set(ACCOUNT.PEOPLE_UNTIL, until)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Its people were forgotten; nothing is left to be done. */
    public void peopleGone(DSLContext dsl, AccountId account, Instant now) {
        dsl.update(ACCOUNT)
                .set(ACCOUNT.PEOPLE_GONE_AT, now)
                .setNull(ACCOUNT.REAP_AT)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** When it is looked at next. */
    public void lookAt(DSLContext dsl, AccountId account, Instant next) {
        dsl.update(ACCOUNT)
                .set(ACCOUNT.REAP_AT, next)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .execute();
    }

    /** Those with something to do, the longest due first; also those that a version before this one closed. */
    public List<AccountId> due(DSLContext dsl, Instant now, int limit) {
        return dsl.select(ACCOUNT.ACCOUNT_ID)
                .from(ACCOUNT)
                .where(ACCOUNT.REAP_AT
                        .le(now)
                        .or(ACCOUNT.STANDING
                                .eq(DSL.inline(Standing.CLOSED.text()))
                                .and(ACCOUNT.CLOSED_AT.isNull())))
                .orderBy(ACCOUNT.REAP_AT)
                .limit(limit)
                .fetch(ACCOUNT.ACCOUNT_ID);
    }

    private static Ending read(AccountRecord row) {
        boolean ending = row.getClosingAt() != null || row.getClosedAt() != null;
        return new Ending(
                row.getAccountId(),
                row.getName(),
                new AccountStanding(Standing.of(row.getStanding()), row.getCapReached(), ending),
                row.getClosingAt(),
                row.getClosingEndsAt(),
                row.getClosedAt(),
                row.getPeopleUntil(),
                row.getPeopleGoneAt(),
                row.getEventsUntil());
    }
}
