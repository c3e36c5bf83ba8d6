package dev.berth.gateway.webhook;

import dev.berth.gateway.feed.FeedEvent;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WebhookEndpointId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes deliveries of what the feed has. Positions of the feed grow in the order of commits, so what stands behind the last one that was
 * taken in is all that is new. Who takes in holds the row with that position until the deliveries are committed with the next one:
 * whatever dies where, an event becomes one delivery of each endpoint that is to get it. Thread-safe.
 */
@Component
class Intake {
    private static final int PAGE = 500;

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final FeedRepository feed;
    private final EndpointRepository endpoints;
    private final DeliveryRepository deliveries;
    private final WebhookProperties limits;
    private final JsonMapper mapper;
    private final InstantSource clock;
    private volatile boolean awaited = true;

    Intake(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            FeedRepository feed,
            EndpointRepository endpoints,
            DeliveryRepository deliveries,
            WebhookProperties limits,
            JsonMapper mapper,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.feed = feed;
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.limits = limits;
        this.mapper = mapper;
        this.clock = clock;
    }

    /**
     * Whether anybody had an endpoint when the feed was last looked at, which is once a second at least. While nobody has, its growth is
     * no reason to look at once; the first event of the first endpoint is sent up to a second later for it.
     */
    boolean isAwaited() {
        return awaited;
    }

    /** Takes in what is new, some hundreds of events; whether there may be more. */
    boolean take() {
        if (feed.last() <= deliveries.cursor(dsl)) {
            return false;
        }
        return Objects.requireNonNull(transaction.execute(
                _ -> deliveries.lockCursor(dsl).map(this::takeBehind).orElse(false))); // another replica is at it
    }

    private boolean takeBehind(long position) {
        long end = feed.last();
        List<AccountId> accounts = endpoints.accounts(dsl); // after the end is known, never before
        awaited = !accounts.isEmpty();
        List<FeedRepository.Positioned> events =
                accounts.isEmpty() ? List.of() : feed.between(accounts, position, end, PAGE);
        if (!events.isEmpty()) {
            deliver(events);
        }
        boolean full = events.size() == PAGE;
        long next = full ? events.getLast().position() : end;
        if (next > position) {
            deliveries.moveCursor(dsl, next);
        }
        return full;
    }

    private void deliver(List<FeedRepository.Positioned> events) {
        Set<AccountId> concerned =
                events.stream().map(one -> one.event().account()).collect(Collectors.toSet());
        List<Endpoint> taking = endpoints.taking(dsl, concerned);
        Map<AccountId, EndpointRepository.Window> windows = endpoints.windows(dsl, concerned);
        Map<WebhookEndpointId, Integer> room = new HashMap<>();
        Map<FeedEvent, DeliveryRepository.Message> messages = new LinkedHashMap<>();
        List<Delivery> made = new ArrayList<>();
        Instant now = clock.instant();
        for (FeedRepository.Positioned one : events) {
            FeedEvent event = one.event();
            EndpointRepository.Window window = windows.get(event.account());
            if (window != null && !window.has(one.position())) {
                continue;
            }
            for (Endpoint endpoint : taking) {
                if (endpoint.account().equals(event.account())
                        && one.position() > endpoint.fromPosition()
                        && Filters.take(endpoint.events(), event.type())) {
                    messages.computeIfAbsent(event, this::message);
                    int left = room.computeIfAbsent(endpoint.id(), this::room);
                    room.put(endpoint.id(), Math.max(0, left - 1));
                    made.add(
                            left > 0
                                    ? Delivery.due(endpoint, event.id(), event.type(), false, now)
                                    : Delivery.held(endpoint, event.id(), event.type(), tooMany(), now));
                }
            }
        }
        deliveries.insert(dsl, messages.values(), made, now);
    }

    private int room(WebhookEndpointId endpoint) {
        return limits.waiting() - deliveries.pending(dsl, endpoint, limits.waiting());
    }

    private String tooMany() {
        return "%d deliveries waited at the endpoint, which is the most; replay it when the receiver is back"
                .formatted(limits.waiting());
    }

    private DeliveryRepository.Message message(FeedEvent event) {
        return new DeliveryRepository.Message(
                event.id(), event.account(), event.type(), mapper.writeValueAsString(event));
    }
}
