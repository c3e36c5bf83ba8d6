package dev.berth.schema.wire;

import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import dev.berth.schema.wire.InboxTable.Position;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies a batch in one transaction: stored positions are as believed → ids that are new → the handler's effect → positions.
 * A batch whose effect fails is halved until the event that fails alone is found; that one goes to quarantine, in its own
 * transaction with its id and its position, so the order of the rest is kept. One thread.
 */
final class InboxBatch {
    private static final Logger LOG = LoggerFactory.getLogger(InboxBatch.class);

    private final Wire wire;
    private final Consumer consumer;
    private final InboxTable table;
    private final Inbox.Handler handler;
    private final Counter applied;
    private final Counter duplicates;
    private final Counter quarantined;

    /** Thrown when stored positions are not those believed: another replica has the partitions now. Nothing was changed. */
    static final class Moved extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Set<TopicPartition> partitions;

        Moved(Set<TopicPartition> partitions) {
            super("the stored positions of %s have moved".formatted(partitions));
            this.partitions = partitions;
        }

        Set<TopicPartition> partitions() {
            return partitions;
        }
    }

    /** The effect of these very events does not work; the cause is the handler's, or the database's word on what it wrote. */
    private static final class EffectFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        EffectFailed(Throwable cause) {
            super(cause);
        }
    }

    InboxBatch(Wire wire, Consumer consumer, InboxTable table, Inbox.Handler handler) {
        this.wire = wire;
        this.consumer = consumer;
        this.table = table;
        this.handler = handler;
        String name = consumer.groupName();
        applied = wire.meters().counter("berth.wire.applied", "consumer", name);
        duplicates = wire.meters().counter("berth.wire.duplicates", "consumer", name);
        quarantined = wire.meters().counter("berth.wire.quarantined", "consumer", name);
    }

    /**
     * Applies records; those of one partition stand together and in order.
     *
     * @param believed where we think we are; moved on with each commit
     * @throws Moved if the stored positions differ
     * @throws RuntimeException what {@link Failures#isTransient} accepts, or a defect of ours; then some of the records may have
     *     been applied, and {@code believed} says which
     */
    void apply(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Position> believed) {
        try {
            attempt(records, believed);
        } catch (EffectFailed failure) {
            Throwable cause = Objects.requireNonNull(failure.getCause());
            if (records.size() == 1) {
                quarantine(records.getFirst(), cause, believed);
                return;
            }
            LOG.atWarn()
                    .addKeyValue("consumer", consumer.groupName())
                    .addKeyValue("events", records.size())
                    .addKeyValue("reason", Failures.textOf(cause))
                    .log("a batch was undone and is halved to find the event that fails");
            int half = records.size() / 2;
            apply(records.subList(0, half), believed);
            apply(records.subList(half, records.size()), believed);
        }
    }

    private void attempt(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Position> believed) {
        Map<TopicPartition, Position> after = after(records, believed);
        List<Received> events = new ArrayList<>(records.size());
        boolean[] entered = new boolean[1];
        int[] fresh = new int[1];
        int[] unreadable = new int[1];
        try {
            wire.dsl().transaction(configuration -> {
                DSLContext transaction = configuration.dsl();
                table.enter(transaction);
                confirm(transaction, after.keySet(), believed);
                List<ConsumerRecord<byte[], byte[]>> unseen = unseen(transaction, records);
                fresh[0] = unseen.size();
                unreadable[0] = read(transaction, unseen, events);
                if (!events.isEmpty()) {
                    entered[0] = true;
                    handler.apply(transaction, List.copyOf(events));
                }
                table.advance(transaction, after);
            });
        } catch (Exception | StackOverflowError | AssertionError | LinkageError failure) {
            if (entered[0]
                    && !Failures.isTransient(failure)
                    && !Thread.currentThread().isInterrupted()) {
                throw new EffectFailed(failure);
            }
            throw failure;
        }
        believed.putAll(after);
        applied.increment(events.size());
        duplicates.increment(records.size() - fresh[0]);
        quarantined.increment(unreadable[0]);
    }

    private void confirm(
            DSLContext transaction, Set<TopicPartition> partitions, Map<TopicPartition, Position> believed) {
        Map<TopicPartition, Position> stored = table.stored(transaction, partitions, true);
        Set<TopicPartition> moved = partitions.stream()
                .filter(partition ->
                        !Objects.requireNonNull(believed.get(partition)).isAt(stored.get(partition)))
                .collect(java.util.stream.Collectors.toSet());
        if (!moved.isEmpty()) {
            throw new Moved(moved);
        }
    }

    /** Stores other positions, provided that the stored ones are as believed. */
    void moveTo(
            DSLContext transaction, Map<TopicPartition, Position> positions, Map<TopicPartition, Position> believed) {
        confirm(transaction, positions.keySet(), believed);
        table.advance(transaction, positions);
    }

    /** Those whose id was not seen before, in their order, and those that have none. */
    private List<ConsumerRecord<byte[], byte[]>> unseen(
            DSLContext transaction, List<ConsumerRecord<byte[], byte[]>> records) {
        List<UUID> ids = new ArrayList<>(records.size());
        UUID[] byRecord = new UUID[records.size()];
        for (int i = 0; i < byRecord.length; i++) {
            UUID id = EnvelopeHeaders.idOf(records.get(i).headers()).orElse(null);
            byRecord[i] = id;
            if (id != null) {
                ids.add(id);
            }
        }
        Set<UUID> fresh = table.claim(transaction, ids);
        List<ConsumerRecord<byte[], byte[]>> unseen = new ArrayList<>(records.size());
        for (int i = 0; i < byRecord.length; i++) {
            UUID id = byRecord[i];
            if (id == null || fresh.remove(id)) {
                unseen.add(records.get(i));
            }
        }
        return unseen;
    }

    /** Reads into {@code events}; what cannot be read goes to quarantine. Answers how many did. */
    private int read(DSLContext transaction, List<ConsumerRecord<byte[], byte[]>> records, List<Received> events) {
        int unreadable = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                Envelope envelope = EnvelopeHeaders.read(record.headers(), record.value());
                events.add(new Received(envelope, Topic.named(record.topic()), record.partition(), record.offset()));
            } catch (EnvelopeHeaders.Unreadable failure) {
                table.quarantine(transaction, record, Failures.textOf(failure));
                alarm(record, failure);
                unreadable++;
            }
        }
        return unreadable;
    }

    private void quarantine(
            ConsumerRecord<byte[], byte[]> record, Throwable failure, Map<TopicPartition, Position> believed) {
        Map<TopicPartition, Position> after = after(List.of(record), believed);
        wire.dsl().transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            confirm(transaction, after.keySet(), believed);
            EnvelopeHeaders.idOf(record.headers()).ifPresent(id -> table.claim(transaction, List.of(id)));
            table.quarantine(transaction, record, Failures.textOf(failure));
            table.advance(transaction, after);
        });
        believed.putAll(after);
        quarantined.increment();
        alarm(record, failure);
    }

    private void alarm(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
        LOG.atError()
                .setCause(failure)
                .addKeyValue("consumer", consumer.groupName())
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("event", EnvelopeHeaders.text(record.headers(), EnvelopeHeaders.ID))
                .log("an event could not be applied and is in quarantine until it is replayed");
    }

    private static Map<TopicPartition, Position> after(
            List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Position> believed) {
        Map<TopicPartition, Position> after = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            ConsumerRecord<byte[], byte[]> record = records.get(i);
            if (i + 1 < records.size() && isOfOnePartition(record, records.get(i + 1))) {
                continue;
            }
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            after.put(
                    partition,
                    new Position(
                            Objects.requireNonNull(believed.get(partition)).topicId(),
                            record.offset() + 1,
                            record.leaderEpoch()));
        }
        return after;
    }

    private static boolean isOfOnePartition(ConsumerRecord<byte[], byte[]> one, ConsumerRecord<byte[], byte[]> other) {
        return one.partition() == other.partition() && one.topic().equals(other.topic());
    }
}
