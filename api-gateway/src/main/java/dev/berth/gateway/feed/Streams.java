package dev.berth.gateway.feed;

import dev.berth.gateway.edge.Credentials;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The streams that are open to customers: how many an account may have, how long each lives, and their end when the gateway
 * stops or the key or session they were opened with is no more. Thread-safe.
 */
@Component
public class Streams implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final FeedProperties settings;
    private final Credentials credentials;
    private final InstantSource clock;
    private final Map<AccountId, Integer> counts = new ConcurrentHashMap<>();
    private final Set<Lease> open = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    Streams(FeedProperties settings, Credentials credentials, InstantSource clock) {
        this.settings = settings;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** A stream's right to be; close it when the stream ends. For the stream's one thread. */
    public final class Lease implements AutoCloseable {
        private final Principal.Customer reader;
        private final AccountId account;
        private final Instant until;
        private final Runnable onStop;
        private Instant lookAgainAt;

        private Lease(Principal.Customer reader, Instant now, Runnable onStop) {
            this.reader = reader;
            this.account = reader.account();
            this.until = now.plus(settings.streamLife());
            this.onStop = onStop;
            this.lookAgainAt = now.plus(settings.heartbeat());
        }

        /**
         * Whether the stream may go on: the gateway is not stopping, its life is not over, and its reader would be let in again,
         * which is looked at once a heartbeat.
         */
        public boolean goesOn() {
            Instant now = clock.instant();
            if (!running || !now.isBefore(until)) {
                return false;
            }
            if (now.isBefore(lookAgainAt)) {
                return true;
            }
            lookAgainAt = now.plus(settings.heartbeat());
            try {
                return credentials.stillHold(reader);
            } catch (DataAccessException | org.jooq.exception.DataAccessException away) {
                LOG.atDebug().setCause(away).log("whether a stream's reader is still let in could not be read");
                return true; // nobody can take a key back either while the database is away
            }
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
    public Lease open(Principal.Customer reader, Runnable onStop) {
        AccountId account = reader.account();
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
        Lease lease = new Lease(reader, clock.instant(), onStop);
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
