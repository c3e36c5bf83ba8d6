package dev.berth.schema.wire;

import dev.berth.schema.Consumer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Takes events: the handler's effect, the event ids and the Kafka offsets are committed in one PostgreSQL transaction. When a
 * partition is assigned the consumer seeks to the offset stored there, never to the broker's; where the topic is another than
 * that of the stored offset, or its log was cut, it reads again from what is left and the ids keep out what it has seen.
 *
 * <p>An event that cannot be read, or whose handler fails on it alone, goes to the {@code quarantine} table and its partition
 * goes on; {@link #replay} tries it again. A failure of the database or of Kafka is no fault of the event: the batch is tried
 * again, with backoff, until it works. A consumer that lost a partition while it was paused finds the stored offset moved and
 * changes nothing.
 *
 * <p>Several replicas share the partitions. One thread a consumer.
 */
public final class Inbox implements AutoCloseable {
    /** Applies events, in order per partition, each one new. Throwing undoes the batch. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Writes the effect of these events inside the transaction.
         *
         * @param transaction a context inside the transaction; do nothing outside of it
         * @param events up to {@link #MAX_BATCH}, none seen before
         */
        void apply(DSLContext transaction, List<Received> events);
    }

    /** How a consumer stands: ready when it has partitions or another replica has them, and lags by less than 10,000 events. */
    public record Status(boolean ready, long lag, String detail) {}

    /** An event that could not be applied. */
    public record Quarantined(
            long id,
            String consumer,
            String topic,
            int partition,
            long offset,
            String eventId,
            String type,
            String payload,
            String error,
            Instant recordedAt,
            boolean replayed) {}

    /** The most events in one transaction. */
    public static final int MAX_BATCH = 1000;

    public Inbox(Wire wire, Consumer consumer, Handler handler) {
        throw new UnsupportedOperationException();
    }

    /** Starts the thread; returns at once. Topics that are missing are created. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    /** How it stands; cheap. */
    public Status status() {
        throw new UnsupportedOperationException();
    }

    /** Quarantined events of this consumer, oldest first. */
    public List<Quarantined> quarantined(int limit) {
        throw new UnsupportedOperationException();
    }

    /**
     * Applies a quarantined event again, once.
     *
     * @return whether it worked; the error is stored when it did not
     * @throws java.util.NoSuchElementException if this consumer has no such row
     */
    public boolean replay(long id) {
        throw new UnsupportedOperationException();
    }

    /** Stops after the batch in hand. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /** Waits until everything that is in the topics now has been applied; for tests and for orderly stops. */
    public boolean awaitCaughtUp(Duration atMost) {
        throw new UnsupportedOperationException();
    }
}
