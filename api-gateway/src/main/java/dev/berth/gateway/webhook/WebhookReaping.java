package dev.berth.gateway.webhook;

import dev.berth.gateway.account.EndingRepository;
import dev.berth.gateway.account.Reaping;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.gateway.feed.FeedTypes;
import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/**
 * Forgets the endpoints of a closed account, after the last event that they are to hear of was delivered, or was tried for as long as a
 * delivery is. Of an account that its owner closed that is the event of the closing; of another that of its end.
 */
@Component
class WebhookReaping implements Reaping {
    /** Longer than a delivery is tried. */
    private static final Duration PATIENCE = Duration.ofDays(4);

    private final EndingRepository endings;
    private final EndpointRepository endpoints;
    private final DeliveryRepository deliveries;
    private final FeedRepository feed;

    WebhookReaping(
            EndingRepository endings,
            EndpointRepository endpoints,
            DeliveryRepository deliveries,
            FeedRepository feed) {
        this.endings = endings;
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.feed = feed;
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        Optional<EndingRepository.Ending> found = endings.lock(transaction, account);
        if (found.isEmpty() || endpoints.of(transaction, account).isEmpty()) {
            return true;
        }
        EndingRepository.Ending ending = found.get();
        Instant closedAt = ending.closedAt();
        boolean late = closedAt != null && closedAt.plus(PATIENCE).isBefore(now);
        if (!late && !heardAll(transaction, ending)) {
            return false;
        }
        endpoints.deleteAll(transaction, account);
        return true;
    }

    private boolean heardAll(DSLContext transaction, EndingRepository.Ending ending) {
        Long last = ending.eventsUntil();
        if (last == null) {
            feed.position(transaction, ending.account(), FeedTypes.ACCOUNT_CLOSED)
                    .ifPresent(position -> endings.eventsUntil(transaction, ending.account(), position));
            return false;
        }
        return deliveries.cursor(transaction) >= last
                && endpoints.of(transaction, ending.account()).stream()
                        .allMatch(endpoint -> deliveries.pending(transaction, endpoint.id(), 1) == 0);
    }
}
