package dev.berth.gateway.webhook;

import dev.berth.gateway.callout.TargetAnswer;
import dev.berth.gateway.callout.TargetCaller;
import dev.berth.gateway.callout.TargetUrl;
import dev.berth.schema.id.WebhookEndpointId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the attempts that are due, each on a thread of its own. Every replica does: the rows it claims are skipped by the others. A
 * receiver that is slow has a few attempts under way at a time, one while it fails, and so holds up nobody else. Thread-safe.
 */
@Component
class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** After which an attempt without a result was interrupted. Longer than any attempt takes, writing its result included. */
    static final Duration CLAIM = Duration.ofSeconds(60);

    private static final int TRIES = 5;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final Work work;
    private final WebhookProperties limits;
    private final Bell bell;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final RandomGenerator random = new Random();
    private final Map<WebhookEndpointId, Integer> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();

    /** What an attempt needs. */
    @Component
    record Work(
            EndpointRepository endpoints,
            DeliveryRepository deliveries,
            Settlement settlement,
            SigningSecrets secrets,
            TargetCaller caller) {}

    private record Claimed(Endpoint endpoint, Delivery delivery, String body) {}

    Dispatcher(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            Work work,
            WebhookProperties limits,
            Bell bell,
            MeterRegistry meters,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.work = work;
        this.limits = limits;
        this.bell = bell;
        this.meters = meters;
        this.clock = clock;
    }

    /** Begins what is due and may begin. */
    void dispatch() {
        List<WebhookEndpointId> due = new ArrayList<>(work.deliveries.due(dsl, clock.instant()));
        Collections.shuffle(due); // when there is room for some only, they take turns
        for (WebhookEndpointId endpoint : due) {
            if (all.get() >= limits.atOnce()) {
                return;
            }
            claim(endpoint)
                    .forEach(claimed -> Thread.ofVirtual().name("webhook").start(() -> {
                        try {
                            attempt(claimed);
                        } finally {
                            leave(endpoint);
                            bell.ring();
                        }
                    }));
        }
    }

    /** How many attempts are under way here. */
    int underWay() {
        return all.get();
    }

    private List<Claimed> claim(WebhookEndpointId id) {
        List<Claimed> claimed = Objects.requireNonNull(transaction.execute(_ -> work.endpoints
                .find(dsl, id)
                .map(endpoint -> {
                    int most = endpoint.failingSince() == null ? limits.atOncePerEndpoint() : 1;
                    int room = Math.min(most - underWay.getOrDefault(id, 0), limits.atOnce() - all.get());
                    if (room <= 0) {
                        return List.<Claimed>of();
                    }
                    Instant now = clock.instant();
                    return work.deliveries.claim(dsl, id, now, now.plus(CLAIM), room).stream()
                            .map(one -> new Claimed(endpoint, one, work.deliveries.body(dsl, one.event())))
                            .toList();
                })
                .orElse(List.of())));
        claimed.forEach(_ -> {
            underWay.merge(id, 1, Integer::sum);
            all.incrementAndGet();
        });
        return claimed;
    }

    private void leave(WebhookEndpointId id) {
        all.decrementAndGet();
        underWay.computeIfPresent(id, (key, n) -> n == 1 ? null : n - 1);
    }

    private void attempt(Claimed claimed) {
        long from = System.nanoTime();
        TargetAnswer answer = send(claimed);
        long durationMs = Duration.ofNanos(System.nanoTime() - from).toMillis();
        Delivery delivery = claimed.delivery;
        Instant now = clock.instant();
        Outcome outcome = Outcome.of(answer, delivery.failures(), delivery.test(), now, random);
        meters.counter(
                        "berth.gateway.webhook_attempts",
                        "outcome",
                        outcome.state().text())
                .increment();
        for (int n = 1; ; n++) {
            try {
                work.settlement.settle(delivery, outcome, now, durationMs);
                return;
            } catch (RuntimeException e) {
                if (n == TRIES || !pause()) {
                    LOG.atWarn()
                            .addKeyValue("delivery", delivery.id())
                            .setCause(e)
                            .log("What came of a webhook could not be written down; it will be sent again");
                    return;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private TargetAnswer send(Claimed claimed) {
        try {
            Instant now = clock.instant();
            String id = claimed.delivery.event().toString();
            long timestamp = now.getEpochSecond();
            return work.caller.post(
                    TargetUrl.parse(claimed.endpoint.url()),
                    Map.of(
                            "User-Agent",
                            "Berth-Webhooks/1",
                            "webhook-id",
                            id,
                            "webhook-timestamp",
                            Long.toString(timestamp),
                            "webhook-signature",
                            Signature.header(secrets(claimed.endpoint, now), id, timestamp, claimed.body)),
                    claimed.body);
        } catch (IllegalArgumentException e) {
            return new TargetAnswer.Unreached("was not sent: " + e.getMessage());
        }
    }

    /** Those that sign: the present one, and the one before while it still holds. */
    private List<String> secrets(Endpoint endpoint, Instant now) {
        int version = endpoint.secretVersion();
        String present = work.secrets.open(endpoint.account(), endpoint.id(), version, endpoint.sealed());
        Endpoint.Previous previous = endpoint.previous();
        if (previous == null || !previous.until().isAfter(now)) {
            return List.of(present);
        }
        return List.of(present, work.secrets.open(endpoint.account(), endpoint.id(), version - 1, previous.sealed()));
    }
}
