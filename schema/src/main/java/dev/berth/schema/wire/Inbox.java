package dev.berth.schema.wire;

import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import io.micrometer.core.instrument.Gauge;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    /** Applies events, in order per partition, each one new. Throwing undoes the batch. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Writes the effect of these events inside the transaction.
         *
         * @param transaction a context inside the transaction; do nothing outside of it
         * @param events up to the inbox's batch, none seen before
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

    /** The most events in one transaction, where nothing else is said. */
    public static final int MAX_BATCH = 1000;

    /** A consumer that is behind by more events than this is not ready. */
    static final long MAX_LAG = 10_000;

    private final Wire wire;
    private final Consumer consumer;
    private final Handler handler;
    private final InboxTable table;
    private final InboxLoop loop;
    private final Thread thread;

    /**
     * An inbox that does nothing yet.
     *
     * @throws IllegalArgumentException if the consumer is another service's
     */
    public Inbox(Wire wire, Consumer consumer, Handler handler) {
        this(wire, consumer, handler, MAX_BATCH);
    }

    /**
     * An inbox that does nothing yet, for a handler that takes many events as easily as few.
     *
     * @param maxBatch the most events in one transaction; there are that many only when the consumer is behind
     * @throws IllegalArgumentException if the consumer is another service's
     */
    public Inbox(Wire wire, Consumer consumer, Handler handler, int maxBatch) {
        if (consumer.service() != wire.service()) {
            throw new IllegalArgumentException("%s is a consumer of %s, not of %s"
                    .formatted(
                            consumer.groupName(),
                            consumer.service().schema(),
                            wire.service().schema()));
        }
        this.wire = wire;
        this.consumer = consumer;
        this.handler = handler;
        table = new InboxTable(consumer);
        loop = new InboxLoop(wire, consumer, table, new InboxBatch(wire, consumer, table, handler), maxBatch);
        thread = Thread.ofPlatform()
                .name("inbox-" + consumer.groupName())
                .daemon(true)
                .unstarted(loop);
        Gauge.builder("berth.wire.lag", loop, it -> it.status().lag())
                .tag("consumer", consumer.groupName())
                .register(wire.meters());
    }

    /** Starts the thread; returns at once. Topics that are missing are created. */
    public void start() {
        thread.start();
    }

    /** How it stands; cheap. */
    public Status status() {
        return loop.status();
    }

    /** Quarantined events of this consumer, oldest first. */
    public List<Quarantined> quarantined(int limit) {
        return table.quarantined(wire.dsl(), limit);
    }

    /**
     * Applies a quarantined event again, once: one that was replayed before is left alone.
     *
     * @return whether it worked; the error is stored when it did not
     * @throws java.util.NoSuchElementException if this consumer has no such row
     * @throws org.jooq.exception.DataAccessException if the database is away; nothing is changed then
     */
    public boolean replay(long id) {
        try {
            wire.dsl().transaction(configuration -> replay(configuration.dsl(), id));
            return true;
        } catch (NoSuchElementException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError failure) {
            if (Failures.isTransient(failure)) {
                throw failure;
            }
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("consumer", consumer.groupName())
                    .addKeyValue("quarantined", id)
                    .log("a quarantined event failed again");
            table.failedAgain(wire.dsl(), id, Failures.textOf(failure));
            return false;
        }
    }

    private void replay(DSLContext transaction, long id) {
        InboxTable.Held held = table.hold(transaction, id)
                .orElseThrow(() -> new NoSuchElementException(
                        "%s has no quarantined event %d".formatted(consumer.groupName(), id)));
        if (held.replayed()) {
            return;
        }
        Envelope envelope = EnvelopeHeaders.read(held.headers(), held.payload().getBytes(StandardCharsets.UTF_8));
        table.claim(transaction, List.of(envelope.id().uuid()));
        handler.apply(
                transaction,
                List.of(new Received(envelope, Topic.named(held.topic()), held.partition(), held.offset())));
        table.replayed(transaction, id);
    }

    /** Stops after the batch in hand. */
    @Override
    public void close() {
        loop.stop();
        try {
            if (thread.isAlive() && !thread.join(Duration.ofSeconds(15))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until everything that is in the topics now has been applied; for tests and for orderly stops. */
    public boolean awaitCaughtUp(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Map<TopicPartition, Long> ends = null;
        do {
            try {
                if (ends == null) {
                    ends = Topics.ends(wire.bootstrapServers(), consumer.topics());
                }
                if (isPast(ends)) {
                    return true;
                }
            } catch (KafkaException | DataAccessException e) {
                LOG.atDebug().setCause(e).log("asked again in a moment");
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        } while (System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted());
        return false;
    }

    private boolean isPast(Map<TopicPartition, Long> ends) {
        List<TopicPartition> elsewhere = new ArrayList<>();
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            Long here = loop.progress(end.getKey());
            if (here != null && here < end.getValue()) {
                return false;
            }
            if (here == null && end.getValue() > 0) {
                elsewhere.add(end.getKey());
            }
        }
        if (elsewhere.isEmpty()) {
            return true;
        }
        Map<TopicPartition, InboxTable.Position> stored = table.stored(wire.dsl(), elsewhere, false);
        return elsewhere.stream()
                .allMatch(partition -> stored.containsKey(partition)
                        && stored.get(partition).nextOffset() >= ends.getOrDefault(partition, 0L));
    }
}
