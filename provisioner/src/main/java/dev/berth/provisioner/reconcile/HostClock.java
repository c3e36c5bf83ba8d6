package dev.berth.provisioner.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of the engine's host, since the facts that Berth itself stamps stand beside the engine's own; and the book of stamps
 * that are not committed yet. An inventory may only speak of a time before the oldest of them, so that no fact with an
 * earlier time can follow it. In whole milliseconds. Thread-safe.
 */
final class HostClock implements InstantSource {
    /** Differences below this are the network's, not the clock's. */
    private static final Duration NOISE = Duration.ofMillis(250);

    private final InstantSource clock;
    private final AtomicLong number = new AtomicLong();
    private final ConcurrentSkipListMap<Key, Boolean> open = new ConcurrentSkipListMap<>();
    private volatile Duration offset = Duration.ZERO;

    private record Key(Instant time, long number) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byTime = time.compareTo(other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** A stamp that is not committed yet; close it after the commit or the rollback. */
    interface Stamp extends AutoCloseable {
        /** A time not after any that this stamp's owner tells. */
        Instant time();

        @Override
        void close();
    }

    HostClock(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        return clock.instant().plus(offset).truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Takes over the host's time as it was between two of ours, where that tells more than is known: an answer that took long says no
     * more than that the host's time was somewhere in between.
     */
    void compare(Instant before, Instant hostTime, Instant after) {
        Duration half = Duration.between(before, after).dividedBy(2);
        Duration difference = Duration.between(before.plus(half), hostTime);
        Duration doubt = half.compareTo(NOISE) < 0 ? NOISE : half;
        if (difference.minus(offset).abs().compareTo(doubt) > 0) {
            offset = difference.abs().compareTo(doubt) <= 0 ? Duration.ZERO : difference;
        }
    }

    /** How far the host's clock is ahead of ours; negative when it is behind. */
    Duration ahead() {
        return offset;
    }

    /** This machine's time, for {@link #compare}. */
    Instant ours() {
        return clock.instant();
    }

    /** Opens a stamp. It is in the book before its time is read, so that no inventory can pass it. */
    Stamp stamp() {
        Key floor = new Key(instant().minusMillis(1), number.incrementAndGet());
        open.put(floor, true);
        Instant time = instant();
        return new Stamp() {
            @Override
            public Instant time() {
                return time;
            }

            @Override
            public void close() {
                open.remove(floor);
            }
        };
    }

    /** The latest time not after {@code wished} of which an inventory may speak. */
    Instant settledBefore(Instant wished) {
        Iterator<Key> oldest = open.keySet().iterator();
        if (oldest.hasNext()) {
            Instant bound = oldest.next().time();
            return bound.isBefore(wished) ? bound : wished;
        }
        return wished;
    }
}
