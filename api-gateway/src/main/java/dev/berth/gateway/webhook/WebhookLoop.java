package dev.berth.gateway.webhook;

import dev.berth.gateway.feed.FeedTail;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Takes in what the feed has and sends what is due, when the feed has grown, when an attempt has ended, and once a second. Every replica
 * may run it. When it stops, attempts under way have a moment to end; those that do not are interrupted, and made again elsewhere.
 */
@Component
class WebhookLoop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookLoop.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LAST_MOMENT = Duration.ofSeconds(5);
    private static final int ROWS = 2000;

    private final DSLContext dsl;
    private final Intake intake;
    private final Dispatcher dispatcher;
    private final DeliveryRepository deliveries;
    private final WebhookProperties settings;
    private final Bell bell;
    private final InstantSource clock;
    private volatile @Nullable Thread thread;

    WebhookLoop(
            DSLContext dsl,
            Intake intake,
            Dispatcher dispatcher,
            DeliveryRepository deliveries,
            WebhookProperties settings,
            Bell bell,
            FeedTail tail,
            InstantSource clock) {
        this.dsl = dsl;
        this.intake = intake;
        this.dispatcher = dispatcher;
        this.deliveries = deliveries;
        this.settings = settings;
        this.bell = bell;
        this.clock = clock;
        tail.whenGrown(() -> {
            if (intake.isAwaited()) {
                bell.ring();
            }
        });
    }

    private boolean goesOn() {
        return Thread.currentThread().equals(thread);
    }

    private void run() {
        while (goesOn()) {
            try {
                boolean more = false;
                try {
                    more = intake.take();
                    dispatcher.dispatch();
                } catch (RuntimeException e) {
                    LOG.atWarn().setCause(e).log("webhooks could not be looked after; the next look tries again");
                }
                if (!more) {
                    bell.await(LOOK);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Deletes what is older than the log keeps, a little at a time; what is still tried stays. */
    @Scheduled(initialDelay = 12, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void forget() {
        Instant before = clock.instant().minus(settings.retention());
        while (deliveries.forget(dsl, before, ROWS) == ROWS) {
            LOG.debug("more old deliveries are left");
        }
        while (deliveries.forgetMessages(dsl, before, ROWS) == ROWS) {
            LOG.debug("more old messages are left");
        }
    }

    @Override
    public void start() {
        Thread fresh = Thread.ofVirtual().name("webhooks").unstarted(this::run);
        thread = fresh; // before it runs, since it runs for as long as it finds itself here
        fresh.start();
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running == null) {
            return;
        }
        bell.ring();
        try {
            running.join(LAST_MOMENT);
            long until = System.nanoTime() + LAST_MOMENT.toNanos();
            while (dispatcher.underWay() > 0 && System.nanoTime() < until) {
                bell.await(Duration.ofMillis(100)); // rung by each that ends
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
