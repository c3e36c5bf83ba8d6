package dev.berth.gateway.webhook;

import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.feed.FeedEvent;
import dev.berth.gateway.feed.FeedTypes;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.DeliveryId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WebhookEndpointId;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The log of deliveries, replays, and tests. Refusals are {@link Refusal}: 404, 409 for what cannot be tried now, 422, 429 for too many
 * tests. Thread-safe.
 */
@Service
public class Deliveries {
    /** What a test is called; it is no event of the account, and in no list of them. */
    static final String TEST = "webhook.test";

    private static final EdgeProperties.Rate TESTS = new EdgeProperties.Rate(10, 10 / 60.0);

    /**
     * What a replay of many did.
     *
     * @param replayed how many are due now
     * @param left how many are still to be replayed: no more may wait at the endpoint at once
     */
    public record Replayed(int replayed, int left) {}

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final EndpointRepository endpoints;
    private final DeliveryRepository deliveries;
    private final RateLimits rates;
    private final WebhookProperties limits;
    private final Bell bell;
    private final JsonMapper mapper;
    private final InstantSource clock;

    Deliveries(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            EndpointRepository endpoints,
            DeliveryRepository deliveries,
            RateLimits rates,
            WebhookProperties limits,
            Bell bell,
            JsonMapper mapper,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.rates = rates;
        this.limits = limits;
        this.bell = bell;
        this.mapper = mapper;
        this.clock = clock;
    }

    /**
     * The newest first.
     *
     * @param state only those; null for all
     */
    public Page<DeliveryView> list(
            AccountId account, WebhookEndpointId endpoint, @Nullable String state, Paging paging) {
        find(account, endpoint);
        DeliveryState only = state == null
                ? null
                : DeliveryState.named(state)
                        .orElseThrow(() -> Refusal.of(ErrorCode.INVALID, "state is not known.")
                                .field("state", "must be waiting, sending, succeeded, failed or held"));
        var cursor = paging.after();
        DeliveryId after = cursor == null
                ? null
                : GivenId.read(cursor.position(), DeliveryId::parse)
                        .orElseThrow(dev.berth.gateway.edge.Cursor::foreign);
        List<Delivery> rows = deliveries.page(dsl, endpoint, only, after, paging.limit() + 1);
        return Page.of(rows, paging.limit(), row -> row.id().toString()).map(row -> row.view(null, null));
    }

    /** One, with what it sends and its attempts. */
    public DeliveryView get(Principal.Customer reader, WebhookEndpointId endpoint, String id) {
        find(reader.account(), endpoint);
        Delivery one = deliveries.find(dsl, endpoint, parse(id)).orElseThrow(() -> missing(id));
        String body = reader.may(FeedTypes.scope(one.type())) ? deliveries.body(dsl, one.event()) : null;
        return one.view(body, deliveries.attempts(dsl, one.id()));
    }

    /** Tries one again, at once, with the same id and the same bytes. One that waits is tried now, and its schedule goes on from there. */
    public DeliveryView replay(AccountId account, WebhookEndpointId endpoint, String id) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            enabled(account, endpoint);
            Delivery was = deliveries.lock(dsl, endpoint, parse(id)).orElseThrow(() -> missing(id));
            if (was.state() == DeliveryState.SENDING) {
                throw Refusal.of(ErrorCode.CONFLICT, "An attempt is under way.")
                        .hint("Read the delivery again in a few seconds.");
            }
            if (was.state() != DeliveryState.WAITING && room(endpoint) == 0) {
                throw full();
            }
            Instant now = clock.instant();
            if (was.state() == DeliveryState.WAITING) {
                deliveries.hurry(dsl, was.id(), now);
            } else {
                deliveries.again(dsl, was.id(), now);
            }
            bell.ringAfterCommit();
            return deliveries
                    .find(dsl, endpoint, was.id())
                    .orElseThrow(() -> missing(id))
                    .view(null, null);
        }));
    }

    /** Tries all again that nobody took, of events that came at or after an instant; as many as may wait at once, the oldest first. */
    public Replayed replaySince(AccountId account, WebhookEndpointId endpoint, Instant since) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            enabled(account, endpoint);
            int replayed = deliveries.againSince(dsl, endpoint, since, clock.instant(), room(endpoint));
            bell.ringAfterCommit();
            return new Replayed(replayed, deliveries.unsent(dsl, endpoint, since));
        }));
    }

    /** Sends an event that never happened to one endpoint, at once, also to one that is disabled. */
    public DeliveryView test(AccountId account, WebhookEndpointId endpoint, Cause cause) {
        find(account, endpoint);
        RateLimits.Verdict verdict = rates.takeTold("webhook-test", endpoint.toString(), TESTS);
        if (!verdict.allowed()) {
            throw Refusal.of(
                            ErrorCode.RATE_LIMITED,
                            "More than %d tests of this endpoint at once, and %d each minute after that."
                                    .formatted(TESTS.burst(), TESTS.burst()))
                    .retryAfter(verdict.retryAfter());
        }
        return Objects.requireNonNull(transaction.execute(_ -> {
            Endpoint to = lock(account, endpoint);
            if (room(endpoint) == 0) {
                throw full();
            }
            Instant now = clock.instant();
            FeedEvent event = new FeedEvent(
                    EventId.next(),
                    TEST,
                    now,
                    account,
                    endpoint.toString(),
                    null,
                    cause.actor(),
                    new FeedEvent.Origin(cause.operation(), cause.actor(), cause.at(), null),
                    Json.mapper()
                            .createObjectNode()
                            .put("endpoint", endpoint.toString())
                            .put("message", "Berth can reach this endpoint."));
            Delivery test = Delivery.due(to, event.id(), TEST, true, now);
            deliveries.insert(
                    dsl,
                    List.of(new DeliveryRepository.Message(
                            event.id(), account, TEST, mapper.writeValueAsString(event))),
                    List.of(test),
                    now);
            bell.ringAfterCommit();
            return test.view(null, null);
        }));
    }

    private int room(WebhookEndpointId endpoint) {
        return limits.waiting() - deliveries.pending(dsl, endpoint, limits.waiting());
    }

    private Refusal full() {
        return Refusal.of(
                        ErrorCode.CONFLICT,
                        "The endpoint has %d deliveries that wait, which is the most.".formatted(limits.waiting()))
                .fact("limit", limits.waiting())
                .hint("Wait until the receiver has taken some.");
    }

    private void enabled(AccountId account, WebhookEndpointId endpoint) {
        if (lock(account, endpoint).disabled()) {
            throw Refusal.of(ErrorCode.CONFLICT, "The endpoint is disabled.")
                    .hint("PATCH it with {\"disabled\": false} first.");
        }
    }

    private Endpoint lock(AccountId account, WebhookEndpointId endpoint) {
        return endpoints
                .lock(dsl, endpoint)
                .filter(one -> one.account().equals(account))
                .orElseThrow(() -> Webhooks.missing(endpoint.toString()));
    }

    private void find(AccountId account, WebhookEndpointId endpoint) {
        if (endpoints.find(dsl, account, endpoint).isEmpty()) {
            throw Webhooks.missing(endpoint.toString());
        }
    }

    private static DeliveryId parse(String id) {
        return GivenId.read(id, DeliveryId::parse).orElseThrow(() -> missing(id));
    }

    private static Refusal missing(String id) {
        return Refusal.notFound("delivery", id);
    }
}
