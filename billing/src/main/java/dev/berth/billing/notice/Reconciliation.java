package dev.berth.billing.notice;

import static dev.berth.schema.db.billing.Tables.RECONCILIATION;

import com.stripe.model.Event;
import com.stripe.param.EventListParams;
import dev.berth.billing.stripe.Answer;
import dev.berth.billing.stripe.StripeApi;
import dev.berth.billing.stripe.StripeProperties;
import dev.berth.schema.db.billing.tables.records.ReconciliationRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads Stripe's list of events for what was never delivered: each pass from two days before the one before, since deliveries are
 * retried for three. Stripe keeps events for 30 days. Thread-safe.
 */
@Component
public final class Reconciliation {
    /** What a pass found. */
    public record Pass(
            Instant since, Instant startedAt, @Nullable Instant finishedAt, int seen, int missed) {}

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
    private static final Duration OVERLAP = Duration.ofDays(2);
    private static final Duration OLDEST = Duration.ofDays(29);
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final long PAGE = 100;

    private final DSLContext dsl;
    private final StripeProperties properties;
    private final StripeApi api;
    private final Notices notices;
    private final InstantSource clock;
    private volatile Instant notBefore = Instant.MIN;

    Reconciliation(DSLContext dsl, StripeProperties properties, StripeApi api, Notices notices, InstantSource clock) {
        this.dsl = dsl;
        this.properties = properties;
        this.api = api;
        this.notices = notices;
        this.clock = clock;
    }

    /**
     * Makes a pass if the last one was long enough ago. While Stripe does not answer it is tried once a minute.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     */
    public void passIfDue(Consumer<DSLContext> fence) {
        Instant now = clock.instant();
        if (now.isBefore(notBefore)) {
            return;
        }
        Instant due = last().map(pass -> pass.startedAt().plus(properties.reconcileEvery()))
                .orElse(now);
        if (now.isBefore(due)) {
            notBefore = due;
            return;
        }
        dsl.transaction(configuration -> fence.accept(configuration.dsl()));
        try {
            notBefore = run().startedAt().plus(properties.reconcileEvery());
        } catch (Answer.ProviderAway e) {
            notBefore = clock.instant().plus(AGAIN);
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("Stripe's list of events was not read to its end; it is tried again");
            return;
        }
        notices.sweep();
    }

    /**
     * Makes a pass now. It is written down once it came to its end.
     *
     * @throws Answer.ProviderAway if Stripe does not answer; what was read by then is kept
     */
    public Pass run() {
        Instant now = clock.instant();
        Instant since = last().map(pass -> pass.startedAt().minus(OVERLAP)).orElse(now.minus(OLDEST));
        Instant from = since.isBefore(now.minus(OLDEST)) ? now.minus(OLDEST) : since;
        int seen = 0;
        int missed = 0;
        String after = null;
        List<String> page;
        do {
            page = page(from, after).orElseThrowUnknown();
            for (String body : page) {
                Told told = Told.read(body).orElseThrow(() -> new IllegalStateException("a listed event is none"));
                seen++;
                after = told.id();
                if (notices.find(told.id()).isEmpty() && notices.receive(told, body, "reconciliation")) {
                    missed++;
                }
            }
        } while (page.size() == PAGE);
        ReconciliationRecord row = dsl.insertInto(RECONCILIATION)
                .set(RECONCILIATION.SINCE, from)
                .set(RECONCILIATION.STARTED_AT, now)
                .set(RECONCILIATION.FINISHED_AT, clock.instant())
                .set(RECONCILIATION.SEEN, seen)
                .set(RECONCILIATION.MISSED, missed)
                .returning()
                .fetchSingle();
        LOG.atInfo().addKeyValue("seen", seen).addKeyValue("missed", missed).log("read Stripe's list of events");
        return pass(row);
    }

    /** The last pass that came to its end. */
    public Optional<Pass> last() {
        return dsl.selectFrom(RECONCILIATION)
                .where(RECONCILIATION.FINISHED_AT.isNotNull())
                .orderBy(RECONCILIATION.RECONCILIATION_ID.desc())
                .limit(1)
                .fetchOptional(Reconciliation::pass);
    }

    /** A page of events as they were sent, the newest first. */
    private Answer<List<String>> page(Instant since, @Nullable String after) {
        return api.read("events", (client, options) -> {
            EventListParams.Builder params = EventListParams.builder()
                    .setLimit(PAGE)
                    .setCreated(EventListParams.Created.builder()
                            .setGte(since.getEpochSecond())
                            .build());
            if (after != null) {
                params.setStartingAfter(after);
            }
            List<String> bodies = new ArrayList<>();
            for (Event event :
                    client.v1().events().list(params.build(), options).getData()) {
                bodies.add(event.toJson());
            }
            return bodies;
        });
    }

    private static Pass pass(ReconciliationRecord row) {
        return new Pass(row.getSince(), row.getStartedAt(), row.getFinishedAt(), row.getSeen(), row.getMissed());
    }
}
