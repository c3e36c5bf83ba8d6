package dev.berth.gateway.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Deletes what is older than the feed is to keep, a little at a time. Every replica may do it: locked rows are skipped. */
@Component
class FeedRetention implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(FeedRetention.class);
    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final int ROWS = 5000;

    private final FeedRepository feed;
    private final Mirror mirror;
    private final FeedProperties settings;
    private final InstantSource clock;
    private volatile @Nullable Thread thread;

    FeedRetention(FeedRepository feed, Mirror mirror, FeedProperties settings, InstantSource clock) {
        this.feed = feed;
        this.mirror = mirror;
        this.settings = settings;
        this.clock = clock;
    }

    /** Deletes all that is too old now; how many rows that were. */
    int forget() {
        Instant before = clock.instant().minus(settings.retention());
        int all = 0;
        int rows;
        do {
            rows = feed.forget(before, ROWS) + mirror.forget(before, ROWS);
            all += rows;
        } while (rows >= ROWS);
        return all;
    }

    private void run() {
        while (Thread.currentThread().equals(thread)) {
            try {
                forget();
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("old events could not be deleted; the next pass tries again");
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void start() {
        Thread fresh = Thread.ofVirtual().name("feed-retention").unstarted(this::run);
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
        return thread != null;
    }
}
