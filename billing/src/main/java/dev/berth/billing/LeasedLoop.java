package dev.berth.billing;

import dev.berth.schema.wire.Lease;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task again and again while this replica holds the lease on it. The task takes no input and changes nothing without the
 * fence. A failure is logged once and the next run tries again.
 */
final class LeasedLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedLoop.class);
    private static final Duration WELL_WITHIN = Duration.ofMinutes(1);

    private final String name;
    private final Lease lease;
    private final Duration renewAfter;
    private final Duration interval;
    private final Task task;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile long wellAt = System.nanoTime();
    private volatile String detail = "not run yet";
    private volatile boolean failed;

    /** What is run. */
    @FunctionalInterface
    interface Task {
        /**
         * One run.
         *
         * @param fence to be called at the start of every transaction, by any thread
         * @return whether there is more to do at once
         */
        boolean run(Consumer<DSLContext> fence);
    }

    /** Whether it ran, or another replica held the lease, within the last minute. */
    record Status(boolean well, String detail) {}

    LeasedLoop(String name, Lease lease, Duration term, Duration interval, Task task) {
        this.name = name;
        this.lease = lease;
        this.renewAfter = term.dividedBy(3);
        this.interval = interval;
        this.task = task;
        this.thread = Thread.ofPlatform().daemon().name("loop-" + name).unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    Status status() {
        return new Status(System.nanoTime() - wellAt < WELL_WITHIN.toNanos(), detail);
    }

    /** Stops after the run in hand. */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            lease.release();
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("loop", name).setCause(e).log("the lease runs out by itself");
        }
    }

    private void loop() {
        while (running) {
            boolean more = false;
            try {
                OptionalLong fence = lease.hold();
                if (fence.isPresent()) {
                    more = task.run(new Fence(fence.getAsLong())::check);
                }
                well(fence.isPresent() ? "runs here" : "runs on another replica");
            } catch (Lease.Fenced e) {
                well("passed to another replica");
            } catch (RuntimeException e) {
                detail = String.valueOf(e.getMessage());
                if (!failed) {
                    failed = true;
                    LOG.atError().addKeyValue("loop", name).setCause(e).log("a run failed; the next one tries again");
                }
            }
            if (!more) {
                LockSupport.parkNanos(interval.toNanos());
            }
        }
    }

    private void well(String text) {
        if (failed) {
            failed = false;
            LOG.atInfo().addKeyValue("loop", name).log("runs again");
        }
        detail = text;
        wellAt = System.nanoTime();
    }

    /** Renews the lease in a long run and checks it in every transaction. Thread-safe. */
    private final class Fence {
        private final long number;
        private long heldAt = System.nanoTime();

        Fence(long number) {
            this.number = number;
        }

        void check(DSLContext transaction) {
            renew();
            lease.check(transaction, number);
        }

        private synchronized void renew() {
            if (System.nanoTime() - heldAt > renewAfter.toNanos()) {
                lease.hold(); // on a connection of its own, before this transaction locks the row
                heldAt = System.nanoTime();
                wellAt = heldAt;
            }
        }
    }
}
