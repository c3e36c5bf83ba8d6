package dev.berth.metering.usage;

import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link UsageTeller} on a thread of its own: a fifth of a second after a pass that found nothing, a second after one that did
 * something. Billing needs what is told at the end of a period, and a second's use told together costs a fraction of the same in
 * pieces. A failure is tried again with backoff; the tables say where to go on. Thread-safe.
 */
public final class UsageLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsageLoop.class);
    private static final String LEASE = "metering.usage";
    private static final long IDLE_MS = 200;
    private static final long BUSY_MS = 1_000;
    private static final long LONGEST_BACKOFF_MS = 5_000;

    private final UsageTeller teller;
    private final Precedence precedence;
    private final Lease lease;
    private final DSLContext dsl;
    private final InstantSource clock;
    private final Counter told;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Status status = new Status(false, "starting");

    /** How it stands: well when the last pass went through, here or by another replica. */
    public record Status(boolean well, String detail) {}

    /** A loop that does nothing yet, and stands back for nobody. */
    public UsageLoop(Wire wire, Outbox outbox, UsageProperties properties) {
        this(wire, outbox, properties, () -> false);
    }

    /**
     * A loop that does nothing yet.
     *
     * @param factsWait whether so many facts wait to be taken that telling should stand back, for a while
     */
    public UsageLoop(Wire wire, Outbox outbox, UsageProperties properties, BooleanSupplier factsWait) {
        dsl = wire.dsl();
        clock = wire.clock();
        lease = new Lease(wire, LEASE, properties.lease());
        teller = new UsageTeller(dsl, outbox, lease, clock, properties.watermarkStep(), this::letFactsGoFirst);
        precedence = new Precedence(factsWait, System::nanoTime);
        told = wire.meters().counter("berth.metering.told");
        Gauge.builder("berth.metering.watermark.age", this, UsageLoop::ageSeconds)
                .baseUnit("seconds")
                .register(wire.meters());
        thread = Thread.ofPlatform().name("usage").daemon(true).unstarted(this::run);
    }

    /** Starts the thread; returns at once. */
    public void start() {
        thread.start();
    }

    /** How it stands; cheap. */
    public Status status() {
        return status;
    }

    /** Stops after the pass in hand and gives the lease back. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread.isAlive() && !thread.join(Duration.ofSeconds(15))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long backoffMs = IDLE_MS;
        long waitMs = 0;
        while (!pause(waitMs)) {
            try {
                UsageTeller.Pass pass = teller.pass();
                told.increment(pass.told());
                status = new Status(true, pass.leader() ? "" : "another replica tells");
                backoffMs = IDLE_MS;
                waitMs = pass.idle() ? IDLE_MS : BUSY_MS;
            } catch (Lease.Fenced fenced) {
                LOG.atInfo().addKeyValue("reason", fenced.getMessage()).log("another replica tells use now");
                waitMs = IDLE_MS;
            } catch (RuntimeException failure) {
                status = new Status(false, String.valueOf(failure.getMessage()));
                LOG.atWarn()
                        .setCause(failure)
                        .addKeyValue("retry_ms", backoffMs)
                        .log("use could not be told; trying again");
                waitMs = backoffMs;
                backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS);
            }
        }
        try {
            lease.release();
        } catch (RuntimeException e) {
            LOG.atInfo().setCause(e).log("the lease on telling use could not be given back; it ends by itself");
        }
    }

    /** Waits while facts go first, and keeps the lease meanwhile. */
    private void letFactsGoFirst() {
        while (precedence.isOfFacts() && !pause(IDLE_MS)) {
            lease.hold();
        }
    }

    /** Waits; true when it is time to end. */
    private boolean pause(long ms) {
        try {
            return closed.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private double ageSeconds() {
        try {
            return PieceRepository.published(dsl)
                    .map(watermark ->
                            Duration.between(watermark, clock.instant()).toMillis() / 1000.0)
                    .orElse(Double.NaN);
        } catch (RuntimeException e) {
            return Double.NaN;
        }
    }

    /** The watermark that was told last, or the beginning of time. */
    public Instant watermark() {
        return PieceRepository.published(dsl).orElse(Instant.EPOCH);
    }
}
