package dev.berth.gateway.feed;

import static dev.berth.schema.db.gateway.Tables.FEED_EVENT;
import static dev.berth.schema.db.gateway.Tables.FEED_TENANT;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;

import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Sort;
import dev.berth.schema.db.gateway.tables.records.FeedEventRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.wire.Columns;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Json;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** The rows of the feed. Thread-safe. */
@Repository
public class FeedRepository {
    /** The usual order of the list. */
    static final String NEWEST_FIRST = "-time";

    /** The other order: as they were recorded, which is as they are streamed. */
    static final String OLDEST_FIRST = "time";

    /** The channel that the tails of all replicas listen to. */
    static final String CHANNEL = "berth_feed";

    /** Held from the first position that a transaction takes to its commit. */
    private static final long POSITION_LOCK = 0x6265727468_01L;

    /** Plain SQL, since it is run for every event. */
    private static final String APPEND = """
            insert into feed_event (position, event_id, account_id, workload_id, type, subject, occurred_at, recorded_at, actor, operation,
                caused_at, data, reason)
            select nextval('feed_position'), e.event_id, e.account_id, e.workload_id, e.type, e.subject, e.occurred_at, e.recorded_at,
                e.actor, e.operation, e.caused_at, e.data::jsonb, e.reason
            from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[],
                ?::timestamptz[], ?::text[], ?::text[]) with ordinality as e (event_id, account_id, workload_id, type, subject, occurred_at,
                recorded_at, actor, operation, caused_at, data, reason, n)
            order by e.n
            on conflict do nothing
            """;

    private final DSLContext db;

    FeedRepository(DSLContext db) {
        this.db = db;
    }

    /** An event and where it stands. */
    public record Positioned(long position, FeedEvent event) {}

    /** An event on its way into the feed, and why the platform caused it, where it says. */
    record Draft(
            Envelope envelope,
            FeedRules.Entry entry,
            @Nullable String reason) {}

    /**
     * Writes entries in their order and wakes the tails. Positions are taken under one lock that is held until the commit: what
     * another transaction writes later gets greater ones, and is visible later.
     */
    void append(DSLContext transaction, List<Draft> drafts, Instant recordedAt) {
        if (drafts.isEmpty()) {
            return;
        }
        transaction.execute("select pg_advisory_xact_lock({0})", DSL.inline(POSITION_LOCK));
        transaction.connection(connection -> {
            try (PreparedStatement append = connection.prepareStatement(APPEND)) {
                new Columns<>(append, drafts)
                        .uuid(draft -> draft.envelope.id().uuid())
                        .uuid(draft -> draft.entry.account().uuid())
                        .uuid(draft -> draft.entry.workload() == null
                                ? null
                                : draft.entry.workload().uuid())
                        .text(draft -> draft.entry.type())
                        .text(draft -> draft.entry.subject())
                        .instant(draft -> draft.envelope.event().occurredAt())
                        .instant(draft -> recordedAt)
                        .text(draft -> draft.envelope.cause().actor())
                        .text(draft -> draft.envelope.cause().operation())
                        .instant(draft -> draft.envelope.cause().at())
                        .text(draft -> draft.entry.data().toString())
                        .text(Draft::reason);
                append.executeUpdate();
            }
        });
        transaction.execute("select pg_notify({0}, '')", DSL.inline(CHANNEL));
    }

    /**
     * Writes what comes from no topic, since it happened in this service, in the transaction in which it became true. As with
     * {@link #append}, nothing may be locked after it.
     *
     * @return its position
     */
    public long tell(DSLContext transaction, FeedEvent event, Instant recordedAt) {
        transaction.execute("select pg_advisory_xact_lock({0})", DSL.inline(POSITION_LOCK));
        var t = FEED_EVENT;
        long position = transaction
                .insertInto(t)
                .set(t.POSITION, DSL.field("nextval('feed_position')", Long.class))
                .set(t.EVENT_ID, event.id())
                .set(t.ACCOUNT_ID, event.account())
                .set(t.WORKLOAD_ID, event.workload())
                .set(t.TYPE, event.type())
                .set(t.SUBJECT, event.subject())
                .set(t.OCCURRED_AT, event.time())
                .set(t.RECORDED_AT, recordedAt)
                .set(t.ACTOR, event.actor())
                .set(t.OPERATION, event.cause().operation())
                .set(t.CAUSED_AT, event.cause().at())
                .set(t.DATA, JSONB.valueOf(event.data().toString()))
                .set(t.REASON, event.cause().reason())
                .returningResult(t.POSITION)
                .fetchSingle()
                .value1();
        transaction.execute("select pg_notify({0}, '')", DSL.inline(CHANNEL));
        return position;
    }

    /** Where the first event of a name stands of those of an account that are kept; empty for none. */
    public Optional<Long> position(DSLContext transaction, AccountId account, String type) {
        return Optional.ofNullable(transaction
                .select(DSL.min(FEED_EVENT.POSITION))
                .from(FEED_EVENT)
                .where(FEED_EVENT.ACCOUNT_ID.eq(account), FEED_EVENT.TYPE.eq(type))
                .fetchOne(0, Long.class));
    }

    /** A page of an account's events, the newest first unless {@code oldestFirst}. */
    public Page<FeedEvent> page(AccountId account, EventFilter filter, boolean oldestFirst, Paging paging) {
        return page(
                account, filter, oldestFirst ? new Sort(OLDEST_FIRST, false) : new Sort(NEWEST_FIRST, true), paging);
    }

    /** A page of an account's events, in one of the two orders. */
    Page<FeedEvent> page(AccountId account, EventFilter filter, Sort sort, Paging paging) {
        boolean oldestFirst = !sort.descending();
        Condition after = noCondition();
        Cursor cursor = paging.after();
        if (cursor != null) {
            long position = position(sort.unmark(cursor.position()));
            after = oldestFirst ? FEED_EVENT.POSITION.gt(position) : FEED_EVENT.POSITION.lt(position);
        }
        List<Positioned> rows = db.selectFrom(FEED_EVENT)
                .where(FEED_EVENT.ACCOUNT_ID.eq(account))
                .and(condition(filter))
                .and(after)
                .orderBy(oldestFirst ? FEED_EVENT.POSITION.asc() : FEED_EVENT.POSITION.desc())
                .limit(paging.limit() + 1)
                .fetch(FeedRepository::read);
        return Page.of(rows, paging.limit(), row -> sort.mark(Long.toString(row.position)))
                .map(Positioned::event);
    }

    /** An account's events behind a position, the oldest first. */
    List<Positioned> after(AccountId account, EventFilter filter, long position, int limit) {
        return db.selectFrom(FEED_EVENT)
                .where(FEED_EVENT.ACCOUNT_ID.eq(account))
                .and(condition(filter))
                .and(FEED_EVENT.POSITION.gt(position))
                .orderBy(FEED_EVENT.POSITION)
                .limit(limit)
                .fetch(FeedRepository::read);
    }

    /** The events of some accounts in {@code (from, to]}, the oldest first. */
    public List<Positioned> between(Collection<AccountId> accounts, long from, long to, int limit) {
        return db.selectFrom(FEED_EVENT)
                .where(FEED_EVENT.POSITION.gt(from))
                .and(FEED_EVENT.POSITION.le(to))
                .and(FEED_EVENT.ACCOUNT_ID.in(accounts))
                .orderBy(FEED_EVENT.POSITION)
                .limit(limit)
                .fetch(FeedRepository::read);
    }

    /** The greatest position that is committed; 0 for an empty feed. */
    public long last() {
        Long last = db.select(max(FEED_EVENT.POSITION)).from(FEED_EVENT).fetchOneInto(Long.class);
        return last == null ? 0 : last;
    }

    /**
     * A place in the feed.
     *
     * @param last the account's last event up to there, from whose id one comes back to it; null: not asked for
     */
    record Standing(long position, @Nullable EventId last) {}

    /**
     * The end of the feed, as an account sees it. Who has no event yet stands at one that is older than any: the id of zeros, behind
     * which is everything.
     */
    Standing standing(AccountId account) {
        long end = last();
        EventId last = db.select(FEED_EVENT.EVENT_ID)
                .from(FEED_EVENT)
                .where(FEED_EVENT.ACCOUNT_ID.eq(account))
                .and(FEED_EVENT.POSITION.le(end))
                .orderBy(FEED_EVENT.POSITION.desc())
                .limit(1)
                .fetchOne(FEED_EVENT.EVENT_ID);
        return new Standing(end, last == null ? new EventId(new UUID(0, 0)) : last);
    }

    /** Where an account's event stands, empty when it has none of that id (any more). */
    Optional<Long> positionOf(AccountId account, EventId event) {
        return db.select(FEED_EVENT.POSITION)
                .from(FEED_EVENT)
                .where(FEED_EVENT.EVENT_ID.eq(event))
                .and(FEED_EVENT.ACCOUNT_ID.eq(account))
                .fetchOptional(FEED_EVENT.POSITION);
    }

    /** Deletes up to {@code limit} events that were recorded before an instant; how many they were. */
    int forget(Instant recordedBefore, int limit) {
        return db.deleteFrom(FEED_EVENT)
                .where(FEED_EVENT.POSITION.in(select(FEED_EVENT.POSITION)
                        .from(FEED_EVENT)
                        .where(FEED_EVENT.RECORDED_AT.lt(recordedBefore))
                        .orderBy(FEED_EVENT.RECORDED_AT)
                        .limit(limit)
                        .forUpdate()
                        .skipLocked()))
                .execute();
    }

    /** What the provisioner last said of an account's place. */
    void tenant(DSLContext transaction, AccountId account, String state, Instant since) {
        transaction
                .insertInto(FEED_TENANT, FEED_TENANT.ACCOUNT_ID, FEED_TENANT.STATE, FEED_TENANT.SINCE)
                .values(account, state, since)
                .onConflict(FEED_TENANT.ACCOUNT_ID)
                .doUpdate()
                .set(FEED_TENANT.STATE, state)
                .set(FEED_TENANT.SINCE, since)
                .execute();
    }

    private static Condition condition(EventFilter filter) {
        Condition condition = noCondition();
        if (!filter.types().isEmpty()) {
            condition = condition.and(FEED_EVENT.TYPE.in(filter.types()));
        }
        if (filter.workload() != null) {
            condition = condition.and(FEED_EVENT.WORKLOAD_ID.eq(filter.workload()));
        }
        if (filter.operation() != null) {
            condition = condition.and(FEED_EVENT.OPERATION.eq(filter.operation()));
        }
        if (filter.subject() != null) {
            condition = condition.and(FEED_EVENT.SUBJECT.eq(filter.subject()));
        }
        return condition;
    }

    private static long position(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Cursor.foreign();
        }
    }

    private static Positioned read(FeedEventRecord row) {
        return new Positioned(
                row.getPosition(),
                new FeedEvent(
                        row.getEventId(),
                        row.getType(),
                        row.getOccurredAt(),
                        row.getAccountId(),
                        row.getSubject(),
                        row.getWorkloadId(),
                        row.getActor(),
                        new FeedEvent.Origin(row.getOperation(), row.getActor(), row.getCausedAt(), row.getReason()),
                        Json.mapper().readTree(row.getData().data())));
    }
}
