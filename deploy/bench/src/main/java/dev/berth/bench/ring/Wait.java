package dev.berth.bench.ring;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something by looking often. */
public final class Wait {
    private Wait() {}

    /** Looks every 100 ms. */
    public static void until(String what, Duration atMost, BooleanSupplier there) {
        until(what, atMost, Duration.ofMillis(100), there);
    }

    /**
     * Looks at that interval.
     *
     * @throws IllegalStateException when it did not come in time
     */
    public static void until(String what, Duration atMost, Duration interval, BooleanSupplier there) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("not within %d s: %s".formatted(atMost.toSeconds(), what));
            }
            pause(interval);
        }
    }

    /** Does nothing for a while. */
    public static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
