package dev.berth.schema.wire;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits that double up to a limit, each between half and all of its length, so that replicas do not march in step. One thread. */
final class Backoff {
    private final Duration first;
    private final Duration most;
    private Duration next;

    Backoff(Duration first, Duration most) {
        this.first = first;
        this.most = most;
        this.next = first;
    }

    Duration next() {
        Duration wait = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(most) > 0 ? most : doubled;
        long ms = Math.max(1, wait.toMillis());
        return Duration.ofMillis(ms / 2 + ThreadLocalRandom.current().nextLong(ms / 2 + 1));
    }

    void reset() {
        next = first;
    }
}
