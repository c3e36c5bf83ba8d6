package dev.berth.billing.notice;

import static dev.berth.schema.db.billing.Tables.PROVIDER_EVENT;

import dev.berth.schema.db.billing.tables.records.ProviderEventRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The events in the database: each once, by its id, whatever way it came. Thread-safe. */
@Component
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 9;
    private static final Duration KEPT = Duration.ofDays(90);

    private final DSLContext dsl;
    private final InstantSource clock;

    Notices(DSLContext dsl, InstantSource clock) {
        this.dsl = dsl;
        this.clock = clock;
    }

    /**
     * Writes an event down. One of another version is put into quarantine: it would deserialise to nothing, without an error.
     *
     * @return whether it is new
     */
    boolean receive(Told told, String body, String via) {
        Instant now = clock.instant();
        boolean known = told.ofKnownVersion();
        boolean fresh = dsl.insertInto(PROVIDER_EVENT)
                        .set(PROVIDER_EVENT.EVENT_REFERENCE, told.id())
                        .set(PROVIDER_EVENT.TYPE, told.type())
                        .set(PROVIDER_EVENT.API_VERSION, told.apiVersion())
                        .set(PROVIDER_EVENT.OBJECT_TYPE, told.objectType())
                        .set(PROVIDER_EVENT.OBJECT_ID, told.objectId())
                        .set(PROVIDER_EVENT.OCCURRED_AT, told.occurredAt())
                        .set(PROVIDER_EVENT.RECEIVED_AT, now)
                        .set(PROVIDER_EVENT.VIA, via)
                        .set(PROVIDER_EVENT.STATE, known ? "received" : "quarantined")
                        .set(PROVIDER_EVENT.REASON, known ? null : "of API version " + told.apiVersion())
                        .set(PROVIDER_EVENT.BODY, body)
                        .set(PROVIDER_EVENT.NEXT_ATTEMPT_AT, now)
                        .onConflictDoNothing()
                        .execute()
                == 1;
        if (!fresh) {
            dsl.update(PROVIDER_EVENT)
                    .set(PROVIDER_EVENT.DELIVERIES, PROVIDER_EVENT.DELIVERIES.plus(1))
                    .where(PROVIDER_EVENT.EVENT_REFERENCE.eq(told.id()))
                    .execute();
        } else if (!known) {
            LOG.atError()
                    .addKeyValue("event", told.id())
                    .addKeyValue("api_version", told.apiVersion())
                    .log("an event of another version of Stripe's API is in quarantine");
        }
        return fresh;
    }

    /** Those that are to be looked at, the oldest first. */
    List<ProviderEventRecord> due(int limit) {
        return dsl.selectFrom(PROVIDER_EVENT)
                .where(PROVIDER_EVENT.STATE.eq("received"), PROVIDER_EVENT.NEXT_ATTEMPT_AT.le(clock.instant()))
                .orderBy(PROVIDER_EVENT.NEXT_ATTEMPT_AT, PROVIDER_EVENT.RECEIVED_AT)
                .limit(limit)
                .fetch();
    }

    /** It is done with; the body, which tells of cards, is forgotten. */
    void finished(DSLContext transaction, String event, String state) {
        transaction
                .update(PROVIDER_EVENT)
                .set(PROVIDER_EVENT.STATE, state)
                .setNull(PROVIDER_EVENT.BODY)
                .setNull(PROVIDER_EVENT.REASON)
                .set(PROVIDER_EVENT.ATTEMPTS, PROVIDER_EVENT.ATTEMPTS.plus(1))
                .set(PROVIDER_EVENT.FINISHED_AT, clock.instant())
                .where(PROVIDER_EVENT.EVENT_REFERENCE.eq(event), PROVIDER_EVENT.STATE.eq("received"))
                .execute();
    }

    /** It could not be looked at; it is tried again, later each time, and never given up. */
    void failed(ProviderEventRecord event, String why) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(event.getAttempts(), MOST_DOUBLINGS));
        dsl.update(PROVIDER_EVENT)
                .set(PROVIDER_EVENT.ATTEMPTS, PROVIDER_EVENT.ATTEMPTS.plus(1))
                .set(PROVIDER_EVENT.REASON, why)
                .set(PROVIDER_EVENT.NEXT_ATTEMPT_AT, clock.instant().plus(wait))
                .where(
                        PROVIDER_EVENT.EVENT_REFERENCE.eq(event.getEventReference()),
                        PROVIDER_EVENT.STATE.eq("received"))
                .execute();
    }

    /** Lets one out of quarantine: what it tells of is looked at like any other. */
    boolean release(String event) {
        return dsl.update(PROVIDER_EVENT)
                        .set(PROVIDER_EVENT.STATE, "received")
                        .set(PROVIDER_EVENT.NEXT_ATTEMPT_AT, clock.instant())
                        .where(PROVIDER_EVENT.EVENT_REFERENCE.eq(event), PROVIDER_EVENT.STATE.eq("quarantined"))
                        .execute()
                == 1;
    }

    /** One. */
    Optional<ProviderEventRecord> find(String event) {
        return dsl.selectFrom(PROVIDER_EVENT)
                .where(PROVIDER_EVENT.EVENT_REFERENCE.eq(event))
                .fetchOptional();
    }

    /** The latest in a state, or in any. */
    List<ProviderEventRecord> latest(@org.jspecify.annotations.Nullable String state, int limit) {
        return dsl.selectFrom(PROVIDER_EVENT)
                .where(state == null ? DSL.noCondition() : PROVIDER_EVENT.STATE.eq(state))
                .orderBy(PROVIDER_EVENT.RECEIVED_AT.desc(), PROVIDER_EVENT.EVENT_REFERENCE)
                .limit(limit)
                .fetch();
    }

    /** How many are in a state. */
    int count(String state) {
        return dsl.fetchCount(PROVIDER_EVENT, PROVIDER_EVENT.STATE.eq(state));
    }

    /** Forgets what was done with long ago: Stripe delivers none of it again. */
    void sweep() {
        dsl.deleteFrom(PROVIDER_EVENT)
                .where(
                        PROVIDER_EVENT.STATE.in("applied", "ignored"),
                        PROVIDER_EVENT.RECEIVED_AT.lt(clock.instant().minus(KEPT)))
                .execute();
    }
}
