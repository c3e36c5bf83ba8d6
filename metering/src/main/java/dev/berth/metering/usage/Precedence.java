package dev.berth.metering.usage;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Who goes first when there is more to do than processors: the taking of facts, since what is taken can be asked for at once, while
 * billing needs what is told only at the end of a period. But no backlog keeps billing waiting for more than {@link #LONGEST_WAIT}: then
 * there is a {@link #TURN} of telling, whether facts wait or not. Not thread-safe.
 */
final class Precedence {
    /** How long facts may go first. */
    static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** How long is told after that. */
    static final Duration TURN = Duration.ofSeconds(10);

    private final BooleanSupplier factsWait;
    private final LongSupplier nanoTime;
    private long waitingSince;
    private boolean waiting;
    private long turnUntil;

    Precedence(BooleanSupplier factsWait, LongSupplier nanoTime) {
        this.factsWait = factsWait;
        this.nanoTime = nanoTime;
        turnUntil = nanoTime.getAsLong();
    }

    /** Whether the telling stands back now; ask again in a moment. */
    boolean isOfFacts() {
        long now = nanoTime.getAsLong();
        if (now - turnUntil < 0 || !factsWait.getAsBoolean()) {
            waiting = false;
            return false;
        }
        if (!waiting) {
            waiting = true;
            waitingSince = now;
        }
        if (now - waitingSince >= LONGEST_WAIT.toNanos()) {
            waiting = false;
            turnUntil = now + TURN.toNanos();
            return false;
        }
        return true;
    }
}
