package dev.berth.launcher.ring;

import java.time.Duration;

/** How long to wait before a part that died is started again: 1, 2, 4, 8, 16, then 30 s. Pure. */
final class Backoff {
    /** A part that ran this long has recovered: its next death counts as the first. */
    static final Duration RECOVERED = Duration.ofMinutes(1);

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Backoff() {}

    static Duration before(int restartInARow) {
        int doublings = Math.clamp(restartInARow - 1L, 0, 10);
        Duration wait = Duration.ofSeconds(1L << doublings);
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
