package dev.berth.gateway.feed;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The streams that are open to customers: how many an account may have, how long each lives, and their end when the gateway
 * stops. Thread-safe.
 */
@Component
public class Streams implements SmartLifecycle {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final FeedProperties settings;
    private final InstantSource clock;
    private final Map<AccountId, Integer> counts = new ConcurrentHashMap<>();
    private final Set<Lease> open = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    Streams(FeedProperties settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** A stream's right to be; close it when the stream ends. */
    public final class Lease implements AutoCloseable {
        private final AccountId account;
        private final Instant until;
        private final Runnable onStop;

        private Lease(AccountId account, Instant until, Runnable onStop) {
            this.account = account;
            this.until = until;
            this.onStop = onStop;
        }

        /** Whether the stream may go on: the gateway is not stopping and its life is not over. */
        public boolean goesOn() {
            return running && clock.instant().isBefore(until);
        }

        @Override
        public void close() {
            if (open.remove(this)) {
                counts.computeIfPresent(account, (key, n) -> n == 1 ? null : n - 1);
            }
        }
    }

    /**
     * Opens a stream.
     *
     * @param onStop called when the gateway stops, to wake what waits; may be called after the lease was closed
     * @throws Refusal 429 when the account or the gateway has as many as it may
     */
    public Lease open(AccountId account, Runnable onStop) {
        if (open.size() >= settings.streams()) {
            throw Refusal.of(ErrorCode.BUSY, "The gateway has as many open streams as it may have.")
                    .retryAfter(RETRY_AFTER);
        }
        int mine = counts.merge(account, 1, Integer::sum);
        if (mine > settings.streamsPerAccount()) {
            counts.computeIfPresent(account, (key, n) -> n == 1 ? null : n - 1);
            throw Refusal.of(
                            ErrorCode.BUSY,
                            "The account has %d open streams, which is as many as it may have."
                                    .formatted(settings.streamsPerAccount()))
                    .hint("Close a stream that is not read any more, or share one.")
                    .fact("limit", settings.streamsPerAccount())
                    .retryAfter(RETRY_AFTER);
        }
        Lease lease = new Lease(account, clock.instant().plus(settings.streamLife()), onStop);
        open.add(lease);
        return lease;
    }

    /** How many are open now. */
    public int count() {
        return open.size();
    }

    /** After this much silence a stream says that it is alive. */
    public Duration heartbeat() {
        return settings.heartbeat();
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        open.forEach(lease -> lease.onStop.run());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Streams end before the web server waits for its requests to end. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
