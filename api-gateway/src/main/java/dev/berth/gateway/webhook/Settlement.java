package dev.berth.gateway.webhook;

import dev.berth.gateway.feed.FeedEvent;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.gateway.feed.FeedTypes;
import dev.berth.schema.Cause;
import dev.berth.schema.id.EventId;
import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what came of an attempt, and what follows for the endpoint, in one transaction. An attempt that was taken for interrupted
 * meanwhile changes nothing any more. Thread-safe.
 */
@Component
class Settlement {
    /** An endpoint that has taken nothing for so long is disabled when a delivery fails for good. */
    static final Duration GIVE_UP = Duration.ofDays(5);

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final EndpointRepository endpoints;
    private final DeliveryRepository deliveries;
    private final FeedRepository feed;

    Settlement(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            EndpointRepository endpoints,
            DeliveryRepository deliveries,
            FeedRepository feed) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.feed = feed;
    }

    /**
     * Settles an attempt; whether it counted.
     *
     * @param claimed the delivery as it was when the attempt began
     */
    boolean settle(Delivery claimed, Outcome outcome, Instant now, long durationMs) {
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            Optional<Endpoint> found = endpoints.lock(dsl, claimed.endpoint()); // before its deliveries, always
            if (found.isEmpty()) {
                return false;
            }
            Endpoint endpoint = found.get();
            Outcome comesTo = endpoint.disabled() ? outcome.held() : outcome;
            if (!deliveries.settle(dsl, claimed, comesTo, now, durationMs)) {
                return false;
            }
            follow(endpoint, claimed, comesTo, now);
            return true;
        }));
    }

    private void follow(Endpoint was, Delivery claimed, Outcome outcome, Instant now) {
        Endpoint endpoint = claimed.test() ? was : tried(was, outcome, now);
        String because = null;
        if (outcome.gone()) {
            because = "the receiver answered 410: it is gone";
        } else if (gaveUp(endpoint, claimed, outcome, now)) {
            because = "the receiver took nothing for %d days".formatted(GIVE_UP.toDays());
        }
        int held = 0;
        if (because != null && !endpoint.disabled()) {
            endpoint = endpoint.disabled(because, now);
            held = deliveries.hold(dsl, endpoint.id(), "the endpoint was disabled: " + because, now);
        }
        if (!endpoint.equals(was)) {
            endpoints.update(dsl, endpoint);
        }
        // The feed's positions are locked last of all.
        if (outcome.state() == DeliveryState.FAILED && !claimed.test()) {
            tell(endpoint, FeedTypes.DELIVERY_FAILED, now, failed(claimed, outcome));
        }
        if (because != null && !was.disabled()) {
            ObjectNode data = Json.mapper().createObjectNode().put("url", endpoint.url());
            tell(
                    endpoint,
                    FeedTypes.ENDPOINT_DISABLED,
                    now,
                    data.put("reason", because).put("held", held));
        }
    }

    private static Endpoint tried(Endpoint was, Outcome outcome, Instant now) {
        if (outcome.state() == DeliveryState.SUCCEEDED) {
            return was.tried(null, now);
        }
        return was.failingSince() == null ? was.tried(now, was.succeededAt()) : was;
    }

    private static boolean gaveUp(Endpoint endpoint, Delivery claimed, Outcome outcome, Instant now) {
        Instant since = endpoint.failingSince();
        return outcome.state() == DeliveryState.FAILED
                && !claimed.test()
                && since != null
                && !since.plus(GIVE_UP).isAfter(now);
    }

    private static ObjectNode failed(Delivery claimed, Outcome outcome) {
        ObjectNode data = Json.mapper()
                .createObjectNode()
                .put("delivery", claimed.id().toString())
                .put("event", claimed.event().toString())
                .put("event_type", claimed.type())
                .put("attempts", claimed.attempts());
        @Nullable Integer status = outcome.status();
        return (status == null ? data : data.put("status", status)).put("message", outcome.message());
    }

    private void tell(Endpoint endpoint, String type, Instant now, ObjectNode data) {
        Cause cause = Cause.platform(now);
        feed.tell(
                dsl,
                new FeedEvent(
                        EventId.next(),
                        type,
                        now,
                        endpoint.account(),
                        endpoint.id().toString(),
                        null,
                        cause.actor(),
                        new FeedEvent.Origin(cause.operation(), cause.actor(), cause.at(), null),
                        data),
                now);
    }
}
