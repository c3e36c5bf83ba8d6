package dev.berth.schema.wire;

import java.time.Duration;

/**
 * Carries a service's outbox to Kafka, in order per partition, woken by the commit itself (LISTEN/NOTIFY) and by a timer.
 * Any number of replicas may run one: a lease makes one of them the carrier, and a transactional producer of a fixed
 * {@code transactional.id} makes Kafka refuse whatever a former, paused carrier still sends. A row is marked published after
 * Kafka acknowledged it; a crash between the two publishes it again with the same event id.
 *
 * <p>Rows stay until every reader of their topic has confirmed them in {@code wire.checkpoint} and the retention is over. When
 * a topic's id changed or its log is shorter than what was published (Kafka lost it), the rows that are still here are published
 * again.
 */
public final class OutboxRelay implements AutoCloseable {
    /** What the relay says of itself; {@code pending} rows wait, the oldest since {@code oldestAge}. */
    public record Status(boolean running, boolean carrier, long pending, Duration oldestAge, String detail) {}

    public OutboxRelay(Wire wire, Duration retention) {
        throw new UnsupportedOperationException();
    }

    /** Starts the thread; returns at once. The topics this service writes to are created when they are missing. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    /** How it stands; cheap. */
    public Status status() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
