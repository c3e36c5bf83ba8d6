package dev.berth.provisioner.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits between the engine and a reader, bounded. When the reader is too slow the oldest lines are dropped and their
 * number is said in their place. Thread-safe.
 */
final class LogBuffer {
    /** How long a reader waits for a line before it looks around. */
    static final Duration TICK = Duration.ofMillis(500);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<OutputLine> lines = new ArrayDeque<>();
    private final int most;
    private int writers;
    private long dropped;

    LogBuffer(int most) {
        this.most = most;
    }

    /** Somebody will write. */
    void open() {
        lock.lock();
        try {
            writers++;
        } finally {
            lock.unlock();
        }
    }

    /** One who wrote is done. */
    void close() {
        lock.lock();
        try {
            writers--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Adds a line; never waits. */
    void put(OutputLine line) {
        lock.lock();
        try {
            if (lines.size() >= most) {
                lines.removeFirst();
                dropped++;
            }
            lines.addLast(line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next line; null when none came in time, or none will come: see {@link #done}.
     *
     * @param expecting whether somebody may begin to write later, so that it is worth waiting although nobody does
     */
    @Nullable
    OutputLine take(Duration wait, boolean expecting) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = wait.toNanos();
            while (lines.isEmpty() && (writers > 0 || expecting) && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            if (dropped > 0 && !lines.isEmpty()) {
                OutputLine note = OutputLine.note(
                        lines.peekFirst().time(),
                        "… %d lines were left out, since they were read too slowly".formatted(dropped));
                dropped = 0;
                return note;
            }
            return lines.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits. */
    boolean idle() {
        lock.lock();
        try {
            return lines.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits and nobody writes. */
    boolean done() {
        lock.lock();
        try {
            return lines.isEmpty() && writers == 0;
        } finally {
            lock.unlock();
        }
    }
}
