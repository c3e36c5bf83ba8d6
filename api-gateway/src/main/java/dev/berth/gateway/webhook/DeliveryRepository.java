package dev.berth.gateway.webhook;

import static dev.berth.schema.db.gateway.Tables.WEBHOOK_ATTEMPT;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_CURSOR;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_DELIVERY;
import static dev.berth.schema.db.gateway.Tables.WEBHOOK_MESSAGE;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;

import dev.berth.schema.db.gateway.tables.records.WebhookDeliveryRecord;
import dev.berth.schema.db.gateway.tables.records.WebhookMessageRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.DeliveryId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WebhookEndpointId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Deliveries, their attempts and what they send. Each method works in whatever transaction the context is in. */
@Repository
class DeliveryRepository {
    /** How many attempts of a delivery are kept. */
    static final int LOGGED = 50;

    private static final String INTERRUPTED = "was interrupted: Berth stopped while it was under way";

    /** Jumps from endpoint to endpoint along the index, so that one with many that wait costs as much as one with one. */
    private static final String DUE = """
            with recursive e as (
              (select endpoint_id from webhook_delivery where state in ('waiting', 'sending') order by endpoint_id limit 1)
              union all
              select (select d.endpoint_id from webhook_delivery d
                      where d.state in ('waiting', 'sending') and d.endpoint_id > e.endpoint_id order by d.endpoint_id limit 1)
              from e where e.endpoint_id is not null)
            select e.endpoint_id from e
            where e.endpoint_id is not null and exists (
              select from webhook_delivery d
              where d.state in ('waiting', 'sending') and d.endpoint_id = e.endpoint_id and d.next_attempt_at <= {0})""";

    /** What is sent. */
    record Message(EventId event, AccountId account, String type, String body) {}

    /** Locks the place up to which the feed was taken in; empty while another replica holds it. */
    Optional<Long> lockCursor(DSLContext dsl) {
        return dsl.select(WEBHOOK_CURSOR.POSITION)
                .from(WEBHOOK_CURSOR)
                .forUpdate()
                .skipLocked()
                .fetchOptional(WEBHOOK_CURSOR.POSITION);
    }

    long cursor(DSLContext dsl) {
        return dsl.select(WEBHOOK_CURSOR.POSITION).from(WEBHOOK_CURSOR).fetchSingle(WEBHOOK_CURSOR.POSITION);
    }

    void moveCursor(DSLContext dsl, long position) {
        dsl.update(WEBHOOK_CURSOR).set(WEBHOOK_CURSOR.POSITION, position).execute();
    }

    void insert(DSLContext dsl, Collection<Message> messages, Collection<Delivery> deliveries, Instant now) {
        dsl.batchInsert(messages.stream()
                        .map(one -> new WebhookMessageRecord(one.event, one.account, one.type, one.body, now))
                        .toList())
                .execute();
        dsl.batchInsert(deliveries.stream().map(DeliveryRepository::row).toList())
                .execute();
    }

    /** How many of an endpoint wait or are under way, counted up to a limit. */
    int pending(DSLContext dsl, WebhookEndpointId endpoint, int limit) {
        return dsl.fetchCount(selectOne()
                .from(WEBHOOK_DELIVERY)
                .where(WEBHOOK_DELIVERY.ENDPOINT_ID.eq(endpoint))
                .and(isPending())
                .limit(limit));
    }

    /** Endpoints at which something is due. */
    List<WebhookEndpointId> due(DSLContext dsl, Instant now) {
        return dsl.resultQuery(DUE, DSL.val(now, WEBHOOK_DELIVERY.NEXT_ATTEMPT_AT.getDataType()))
                .fetch(row -> new WebhookEndpointId(row.get(0, UUID.class)));
    }

    /**
     * Begins the next attempt of up to {@code limit} that are due at an endpoint; one whose attempt was interrupted is due when its time
     * is over. Each attempt is written down, and until the given time nobody else begins another.
     */
    List<Delivery> claim(DSLContext dsl, WebhookEndpointId endpoint, Instant now, Instant until, int limit) {
        var t = WEBHOOK_DELIVERY;
        List<WebhookDeliveryRecord> rows = dsl.selectFrom(t)
                .where(t.ENDPOINT_ID.eq(endpoint), t.NEXT_ATTEMPT_AT.le(now))
                .and(isPending())
                .orderBy(t.NEXT_ATTEMPT_AT, t.DELIVERY_ID)
                .limit(limit)
                .forUpdate()
                .skipLocked()
                .fetch();
        for (WebhookDeliveryRecord row : rows) {
            if (row.getState().equals(DeliveryState.SENDING.text())) {
                endAttempt(dsl, row.getDeliveryId(), row.getAttempts(), now, null, null, INTERRUPTED, null);
            }
            int number = row.getAttempts() + 1;
            row.setAttempts(number);
            row.setState(DeliveryState.SENDING.text());
            row.setNextAttemptAt(until);
            row.update();
            dsl.insertInto(WEBHOOK_ATTEMPT)
                    .set(WEBHOOK_ATTEMPT.DELIVERY_ID, row.getDeliveryId())
                    .set(WEBHOOK_ATTEMPT.NUMBER, number)
                    .set(WEBHOOK_ATTEMPT.STARTED_AT, now)
                    .execute();
            dsl.deleteFrom(WEBHOOK_ATTEMPT)
                    .where(WEBHOOK_ATTEMPT.DELIVERY_ID.eq(row.getDeliveryId()))
                    .and(WEBHOOK_ATTEMPT.NUMBER.le(number - LOGGED))
                    .execute();
        }
        return rows.stream().map(DeliveryRepository::read).toList();
    }

    /** Writes what came of an attempt; whether it is still the one that counts. */
    boolean settle(DSLContext dsl, Delivery claimed, Outcome outcome, Instant now, long durationMs) {
        endAttempt(
                dsl,
                claimed.id(),
                claimed.attempts(),
                now,
                durationMs,
                outcome.status(),
                outcome.message(),
                outcome.response());
        var t = WEBHOOK_DELIVERY;
        return dsl.update(t)
                        .set(t.STATE, outcome.state().text())
                        .set(t.FAILURES, outcome.failures())
                        .set(t.NEXT_ATTEMPT_AT, outcome.nextAttemptAt())
                        .set(t.STATUS, outcome.status())
                        .set(t.MESSAGE, outcome.message())
                        .set(t.ENDED_AT, outcome.state().isPending() ? null : now)
                        .where(t.DELIVERY_ID.eq(claimed.id()))
                        .and(t.STATE.eq(DeliveryState.SENDING.text()))
                        .and(t.ATTEMPTS.eq(claimed.attempts()))
                        .execute()
                == 1;
    }

    private static void endAttempt(
            DSLContext dsl,
            DeliveryId delivery,
            int number,
            Instant at,
            @Nullable Long durationMs,
            @Nullable Integer status,
            @Nullable String message,
            @Nullable String response) {
        var t = WEBHOOK_ATTEMPT;
        dsl.update(t)
                .set(t.ENDED_AT, at)
                .set(t.DURATION_MS, durationMs)
                .set(t.STATUS, status)
                .set(t.MESSAGE, message)
                .set(t.RESPONSE, response)
                .where(t.DELIVERY_ID.eq(delivery), t.NUMBER.eq(number), t.ENDED_AT.isNull())
                .execute();
    }

    /** Takes what waits at an endpoint out of the queue; how many these were. */
    int hold(DSLContext dsl, WebhookEndpointId endpoint, String why, Instant now) {
        var t = WEBHOOK_DELIVERY;
        return dsl.update(t)
                .set(t.STATE, DeliveryState.HELD.text())
                .setNull(t.NEXT_ATTEMPT_AT)
                .set(t.MESSAGE, why)
                .set(t.ENDED_AT, now)
                .where(t.ENDPOINT_ID.eq(endpoint), t.STATE.eq(DeliveryState.WAITING.text()))
                .execute();
    }

    /** Locks one of an account's until the transaction ends. */
    Optional<Delivery> lock(DSLContext dsl, WebhookEndpointId endpoint, DeliveryId id) {
        return dsl.selectFrom(WEBHOOK_DELIVERY)
                .where(WEBHOOK_DELIVERY.DELIVERY_ID.eq(id), WEBHOOK_DELIVERY.ENDPOINT_ID.eq(endpoint))
                .forUpdate()
                .fetchOptional(DeliveryRepository::read);
    }

    Optional<Delivery> find(DSLContext dsl, WebhookEndpointId endpoint, DeliveryId id) {
        return dsl.selectFrom(WEBHOOK_DELIVERY)
                .where(WEBHOOK_DELIVERY.DELIVERY_ID.eq(id), WEBHOOK_DELIVERY.ENDPOINT_ID.eq(endpoint))
                .fetchOptional(DeliveryRepository::read);
    }

    /** Has one that waits tried at once. */
    void hurry(DSLContext dsl, DeliveryId id, Instant now) {
        dsl.update(WEBHOOK_DELIVERY)
                .set(WEBHOOK_DELIVERY.NEXT_ATTEMPT_AT, now)
                .where(WEBHOOK_DELIVERY.DELIVERY_ID.eq(id))
                .execute();
    }

    /** Begins a new round of those named: due at once, with all attempts before it. */
    int again(DSLContext dsl, Condition which, Instant now) {
        var t = WEBHOOK_DELIVERY;
        return dsl.update(t)
                .set(t.STATE, DeliveryState.WAITING.text())
                .set(t.FAILURES, 0)
                .set(t.NEXT_ATTEMPT_AT, now)
                .setNull(t.ENDED_AT)
                .where(which)
                .execute();
    }

    int again(DSLContext dsl, DeliveryId id, Instant now) {
        return again(dsl, WEBHOOK_DELIVERY.DELIVERY_ID.eq(id), now);
    }

    /** The same for up to {@code limit} that nobody took, of events that came at or after an instant; the oldest first. */
    int againSince(DSLContext dsl, WebhookEndpointId endpoint, Instant since, Instant now, int limit) {
        return again(
                dsl,
                WEBHOOK_DELIVERY.DELIVERY_ID.in(select(WEBHOOK_DELIVERY.DELIVERY_ID)
                        .from(WEBHOOK_DELIVERY)
                        .where(isUnsent(endpoint, since))
                        .orderBy(WEBHOOK_DELIVERY.CREATED_AT)
                        .limit(limit)
                        .forUpdate()),
                now);
    }

    /** How many nobody took. */
    int unsent(DSLContext dsl, WebhookEndpointId endpoint, Instant since) {
        return dsl.fetchCount(WEBHOOK_DELIVERY, isUnsent(endpoint, since));
    }

    private static Condition isUnsent(WebhookEndpointId endpoint, Instant since) {
        return WEBHOOK_DELIVERY
                .ENDPOINT_ID
                .eq(endpoint)
                .and(DSL.condition("state in ('failed', 'held')"))
                .and(WEBHOOK_DELIVERY.TEST.isFalse())
                .and(WEBHOOK_DELIVERY.CREATED_AT.ge(since));
    }

    /** The newest first. */
    List<Delivery> page(
            DSLContext dsl,
            WebhookEndpointId endpoint,
            @Nullable DeliveryState state,
            @Nullable DeliveryId after,
            int limit) {
        var t = WEBHOOK_DELIVERY;
        return dsl.selectFrom(t)
                .where(t.ENDPOINT_ID.eq(endpoint))
                .and(state == null ? noCondition() : t.STATE.eq(state.text()))
                .and(after == null ? noCondition() : t.DELIVERY_ID.lt(after))
                .orderBy(t.DELIVERY_ID.desc())
                .limit(limit)
                .fetch(DeliveryRepository::read);
    }

    String body(DSLContext dsl, EventId event) {
        return dsl.select(WEBHOOK_MESSAGE.BODY)
                .from(WEBHOOK_MESSAGE)
                .where(WEBHOOK_MESSAGE.EVENT_ID.eq(event))
                .fetchSingle(WEBHOOK_MESSAGE.BODY);
    }

    /** The latest first. */
    List<DeliveryView.Attempt> attempts(DSLContext dsl, DeliveryId delivery) {
        return dsl.selectFrom(WEBHOOK_ATTEMPT)
                .where(WEBHOOK_ATTEMPT.DELIVERY_ID.eq(delivery))
                .orderBy(WEBHOOK_ATTEMPT.NUMBER.desc())
                .limit(LOGGED)
                .fetch(row -> new DeliveryView.Attempt(
                        row.getNumber(),
                        row.getStartedAt(),
                        row.getEndedAt(),
                        row.getDurationMs(),
                        row.getStatus(),
                        row.getMessage(),
                        row.getResponse()));
    }

    /** Deletes up to {@code limit} deliveries of before an instant that are not tried any more; how many they were. */
    int forget(DSLContext dsl, Instant before, int limit) {
        var t = WEBHOOK_DELIVERY;
        return dsl.deleteFrom(t)
                .where(t.DELIVERY_ID.in(select(t.DELIVERY_ID)
                        .from(t)
                        .where(t.CREATED_AT.lt(before))
                        .andNot(isPending())
                        .limit(limit)
                        .forUpdate()
                        .skipLocked()))
                .execute();
    }

    /** Deletes up to {@code limit} messages of before an instant that no delivery sends any more; how many they were. */
    int forgetMessages(DSLContext dsl, Instant before, int limit) {
        var m = WEBHOOK_MESSAGE;
        return dsl.deleteFrom(m)
                .where(m.EVENT_ID.in(select(m.EVENT_ID)
                        .from(m)
                        .where(m.RECORDED_AT.lt(before))
                        .andNotExists(
                                selectOne().from(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.EVENT_ID.eq(m.EVENT_ID)))
                        .limit(limit)
                        .forUpdate()
                        .skipLocked()))
                .execute();
    }

    /** As the partial index has it. */
    private static Condition isPending() {
        return DSL.condition("state in ('waiting', 'sending')");
    }

    private static WebhookDeliveryRecord row(Delivery one) {
        WebhookDeliveryRecord row = new WebhookDeliveryRecord();
        row.setDeliveryId(one.id());
        row.setEndpointId(one.endpoint());
        row.setEventId(one.event());
        row.setAccountId(one.account());
        row.setType(one.type());
        row.setTest(one.test());
        row.setState(one.state().text());
        row.setAttempts(one.attempts());
        row.setFailures(one.failures());
        row.setNextAttemptAt(one.nextAttemptAt());
        row.setStatus(one.status());
        row.setMessage(one.message());
        row.setCreatedAt(one.createdAt());
        row.setEndedAt(one.endedAt());
        return row;
    }

    private static Delivery read(WebhookDeliveryRecord row) {
        return new Delivery(
                row.getDeliveryId(),
                row.getEndpointId(),
                row.getAccountId(),
                row.getEventId(),
                row.getType(),
                row.getTest(),
                DeliveryState.valueOf(row.getState().toUpperCase(Locale.ROOT)),
                row.getAttempts(),
                row.getFailures(),
                row.getNextAttemptAt(),
                row.getStatus(),
                row.getMessage(),
                row.getCreatedAt(),
                row.getEndedAt());
    }
}
