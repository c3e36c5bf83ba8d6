package dev.berth.gateway.feed;

import dev.berth.gateway.edge.Credentials;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The streams that are open to customers: how many an account may have, how long each lives, and their end when the gateway
 * stops or their reader is not let in any more: the key is deleted or at its end, the session is over, the person is no member or
 * may do less, the account is closed or about to be. One look every {@link FeedProperties#lookEvery} asks for the readers of all streams at once,
 * so a stream ends within five seconds and a thousand of them cost two queries. Thread-safe.
 */
@Component
public class Streams implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final FeedProperties settings;
    private final Credentials credentials;
    private final InstantSource clock;
    private final Map<AccountId, Integer> counts = new HashMap<>(); // guarded by open
    private final Set<Lease> open = new HashSet<>(); // guarded by itself
    private volatile @Nullable Thread looking;

    Streams(FeedProperties settings, Credentials credentials, InstantSource clock) {
        this.settings = settings;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** A stream's right to be; close it when the stream ends. Thread-safe. */
    public final class Lease implements AutoCloseable {
        private final Principal.Customer reader;
        private final Instant until;
        private final Runnable onEnd;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Lease(Principal.Customer reader, Instant until, Runnable onEnd) {
            this.reader = reader;
            this.until = until;
            this.onEnd = onEnd;
        }

        /**
         * Whether the stream may go on: the gateway is not stopping, its life is not over, and its reader is still let in. Costs
         * nothing; to be asked before each piece that is written.
         */
        public boolean goesOn() {
            return !ended.get() && clock.instant().isBefore(until);
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                Thread.ofVirtual().name("stream-end").start(onEnd);
            }
        }

        @Override
        public void close() {
            synchronized (open) {
                if (open.remove(this)) {
                    counts.computeIfPresent(reader.account(), (key, n) -> n == 1 ? null : n - 1);
                }
            }
        }
    }

    /**
     * Opens a stream.
     *
     * @param onEnd called once, on a thread of its own, when the stream is to end, to wake what waits; may be called after the
     *     lease was closed
     * @throws Refusal 429 when the account or the gateway has as many as it may; 403 when the reader is not let in any more
     */
    public Lease open(Principal.Customer reader, Runnable onEnd) {
        if (!running()) {
            throw Refusal.of(ErrorCode.BUSY, "The gateway is stopping.").retryAfter(RETRY_AFTER);
        }
        if (!reader.closed().isEmpty()) {
            throw Refusal.of(ErrorCode.ACCOUNT_CLOSED, "The account is closed, and has no streams.")
                    .hint("Its lists can be read on.");
        }
        if (credentials.stillHold(List.of(reader)).isEmpty()) {
            throw Refusal.of(ErrorCode.FORBIDDEN, "The key or session is no more.");
        }
        Lease lease = new Lease(reader, clock.instant().plus(settings.streamLife()), onEnd);
        synchronized (open) {
            if (open.size() >= settings.streams()) {
                throw Refusal.of(ErrorCode.BUSY, "The gateway has as many open streams as it may have.")
                        .hint("Nothing is wrong with your account: try again soon, or read the list instead.")
                        .fact("limit", settings.streams())
                        .retryAfter(RETRY_AFTER);
            }
            if (counts.getOrDefault(reader.account(), 0) >= settings.streamsPerAccount()) {
                throw Refusal.of(
                                ErrorCode.BUSY,
                                "The account has %d open streams, which is as many as it may have."
                                        .formatted(settings.streamsPerAccount()))
                        .hint("Close a stream that is not read any more, or share one.")
                        .fact("limit", settings.streamsPerAccount())
                        .retryAfter(RETRY_AFTER);
            }
            counts.merge(reader.account(), 1, Integer::sum);
            open.add(lease);
        }
        if (!running()) {
            lease.end(); // it may have come after those that were told
        }
        return lease;
    }

    /** How many are open now. */
    public int count() {
        synchronized (open) {
            return open.size();
        }
    }

    /** After this much silence a stream says that it is alive. */
    public Duration heartbeat() {
        return settings.heartbeat();
    }

    private List<Lease> all() {
        synchronized (open) {
            return List.copyOf(open);
        }
    }

    private boolean running() {
        return looking != null;
    }

    private void look() {
        try {
            while (Thread.currentThread().equals(looking)) {
                Thread.sleep(settings.lookEvery());
                List<Lease> all = all();
                Set<Principal.Customer> held = held(all);
                for (Lease lease : all) {
                    if (!held.contains(lease.reader) || !lease.goesOn()) {
                        lease.end();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those readers who are still let in; all while that cannot be read, since nobody can take a key back then either. */
    private Set<Principal.Customer> held(List<Lease> all) {
        Set<Principal.Customer> readers = new HashSet<>();
        all.forEach(lease -> readers.add(lease.reader));
        if (readers.isEmpty()) {
            return readers;
        }
        try {
            return credentials.stillHold(readers);
        } catch (DataAccessException | org.jooq.exception.DataAccessException away) {
            LOG.atDebug().setCause(away).log("whether the readers of streams are still let in could not be read");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("whether the readers of streams are still let in was not found out");
        }
        return readers;
    }

    @Override
    public void start() {
        Thread fresh = Thread.ofVirtual().name("streams-look").unstarted(this::look);
        looking = fresh; // before it runs, since it runs for as long as it finds itself here
        fresh.start();
    }

    @Override
    public void stop() {
        Thread running = looking;
        looking = null;
        if (running != null) {
            running.interrupt();
        }
        all().forEach(Lease::end);
    }

    @Override
    public boolean isRunning() {
        return running();
    }

    /** Streams end before the web server waits for its requests to end. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
