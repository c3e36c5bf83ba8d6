package dev.berth.gateway.feed;

import dev.berth.schema.id.AccountId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads the end of the feed once for all watchers of this replica, woken by the commit that wrote to it (LISTEN/NOTIFY) and, in
 * case a wake-up is lost, once a second.
 *
 * <p>A watcher registers first and then reads its backlog from the database; the tail first asks how far the feed is and then who
 * watches. So an event is either in the backlog or handed over, or both; both is sorted out by the position, which only grows.
 * A watcher that does not keep up loses its buffer, not its place: it reads the database again from where it was. Thread-safe.
 */
@Component
public class FeedTail implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FeedTail.class);
    private static final int PAGE = 1000;
    private static final int BUFFER = 1000;
    private static final Duration WAKE_AT_LEAST_EVERY = Duration.ofSeconds(1);
    private static final Duration BACKOFF = Duration.ofMillis(500);

    private final FeedRepository feed;
    private final DataSource dataSource;
    private final Map<AccountId, Set<Watch>> watches = new ConcurrentHashMap<>();
    private final List<Runnable> onGrowth = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread thread;

    FeedTail(FeedRepository feed, DataSource dataSource) {
        this.feed = feed;
        this.dataSource = dataSource;
    }

    /** Has something run, on the tail's thread and so at once, whenever the feed has grown. */
    public void whenGrown(Runnable woken) {
        onGrowth.add(woken);
    }

    /** Watches an account's events behind a position. */
    Watch watch(AccountId account, EventFilter filter, long position) {
        Watch watch = new Watch(account, filter, position);
        watches.compute(account, (key, set) -> {
            Set<Watch> all = set == null ? ConcurrentHashMap.newKeySet() : set;
            all.add(watch);
            return all;
        });
        return watch;
    }

    /** One reader's place in the feed. For one thread, beside the tail's. */
    final class Watch implements AutoCloseable {
        private final AccountId account;
        private final EventFilter filter;
        private final Deque<FeedRepository.Positioned> buffer = new ArrayDeque<>();
        private boolean behind = true;
        private boolean woken;
        private long position;

        private Watch(AccountId account, EventFilter filter, long position) {
            this.account = account;
            this.filter = filter;
            this.position = position;
        }

        /** The next events in order, at once when there are some; none when the time is over. */
        List<FeedEvent> next(Duration atMost) throws InterruptedException {
            List<FeedEvent> events = new ArrayList<>();
            if (takeOrder(atMost)) {
                boolean all = false;
                try {
                    List<FeedRepository.Positioned> rows = feed.after(account, filter, position, PAGE);
                    all = rows.size() < PAGE;
                    accept(rows, events);
                } finally {
                    if (!all) {
                        fallBehind();
                    }
                }
            }
            List<FeedRepository.Positioned> handed;
            synchronized (this) {
                handed = behind ? List.of() : List.copyOf(buffer);
                if (!behind) {
                    buffer.clear();
                }
            }
            accept(handed, events);
            return events;
        }

        /** Waits; true when the database is to be read. From then on what the tail hands over is kept again. */
        private synchronized boolean takeOrder(Duration atMost) throws InterruptedException {
            long until = System.nanoTime() + atMost.toNanos();
            for (long left = atMost.toMillis(); left > 0 && !behind && buffer.isEmpty() && !woken; ) {
                wait(left);
                left = (until - System.nanoTime()) / 1_000_000;
            }
            woken = false;
            boolean read = behind;
            if (read) {
                buffer.clear();
                behind = false;
            }
            return read;
        }

        private void accept(List<FeedRepository.Positioned> rows, List<FeedEvent> events) {
            for (FeedRepository.Positioned row : rows) {
                if (row.position() > position) {
                    position = row.position();
                    events.add(row.event());
                }
            }
        }

        private synchronized void fallBehind() {
            behind = true;
            buffer.clear();
            notifyAll();
        }

        private synchronized void offer(FeedRepository.Positioned row) {
            if (behind || !filter.takes(row.event())) {
                return;
            }
            if (buffer.size() == BUFFER) {
                fallBehind();
            } else {
                buffer.add(row);
            }
            notifyAll();
        }

        /** Makes {@link #next} return. */
        synchronized void wake() {
            woken = true;
            notifyAll();
        }

        @Override
        public void close() {
            watches.computeIfPresent(account, (key, set) -> {
                set.remove(this);
                return set.isEmpty() ? null : set;
            });
        }
    }

    @Override
    public void start() {
        Thread fresh = Thread.ofVirtual().name("feed-tail").unstarted(this::run);
        thread = fresh; // before it runs, since it runs for as long as it finds itself here
        fresh.start();
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    private boolean goesOn() {
        return Thread.currentThread().equals(thread);
    }

    private void run() {
        long last = -1;
        while (goesOn()) {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("listen " + FeedRepository.CHANNEL);
                PGConnection notifications = connection.unwrap(PGConnection.class);
                while (goesOn()) {
                    last = last < 0 ? begin() : handOut(last);
                    notifications.getNotifications((int) WAKE_AT_LEAST_EVERY.toMillis());
                }
                statement.execute("unlisten *");
            } catch (SQLException | RuntimeException e) {
                if (goesOn()) {
                    LOG.atWarn().setCause(e).log("the feed's tail lost the database and tries again");
                    pause();
                }
            }
        }
    }

    /** Where the tail begins; who watched before that reads the database again. */
    private long begin() {
        long last = feed.last();
        watches.values().forEach(set -> set.forEach(Watch::fallBehind));
        return last;
    }

    /** Hands out what was committed behind {@code last}; answers how far that is. */
    private long handOut(long last) {
        long end = feed.last();
        if (end > last) {
            onGrowth.forEach(Runnable::run);
        }
        Set<AccountId> watched = Set.copyOf(watches.keySet()); // after the end is known, never before
        long from = last;
        while (!watched.isEmpty() && from < end) {
            List<FeedRepository.Positioned> rows = feed.between(watched, from, end, PAGE);
            for (FeedRepository.Positioned row : rows) {
                watches.getOrDefault(row.event().account(), Set.of()).forEach(watch -> watch.offer(row));
            }
            from = rows.size() < PAGE ? end : rows.getLast().position();
        }
        return Math.max(last, end);
    }

    private static void pause() {
        try {
            Thread.sleep(BACKOFF);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
