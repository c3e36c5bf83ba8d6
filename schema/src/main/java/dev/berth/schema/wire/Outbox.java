package dev.berth.schema.wire;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a service puts the events it causes, in the transaction that causes them. {@link OutboxRelay} carries them to Kafka
 * after the commit. Events of one partition are published in the order in which their transactions commit: appending takes a
 * transaction-scoped advisory lock per partition. A transaction that appends more than once does so through one
 * {@link #appendAll}, which takes the locks in a fixed order, so that two such transactions cannot deadlock. Thread-safe.
 */
public final class Outbox {
    /** The greatest JSON form of an event, in bytes; Kafka's default for a record is 1 MiB with its headers. */
    public static final int MAX_BYTES = 900_000;

    /** The first half of the advisory lock's key; the second is made of the topic's name and the partition. */
    private static final int LOCK_SPACE = 0x6265_7274;

    // The inner select is sorted before its rows are locked: locks are taken in the order of their numbers.
    private static final String LOCK = """
            select pg_advisory_xact_lock(?, number) from (select number from unnest(?::int[]) number order by number) sorted""";

    private final Service service;

    /** An event that is not written yet, and why it happened. */
    public record Draft(Event event, Cause cause) {}

    private record Row(EventId id, Topic topic, int partition, Event event, Cause cause, String payload) {
        int lock() {
            return (topic.topicName().hashCode() & ~7) | partition;
        }
    }

    public Outbox(Service service) {
        this.service = service;
    }

    /**
     * Writes one event.
     *
     * @param transaction a context inside the transaction that changes the state
     * @throws IllegalArgumentException if the service does not write to the event's topic, or the event is larger than
     *     {@link #MAX_BYTES}
     */
    public EventId append(DSLContext transaction, Event event, Cause cause) {
        return appendAll(transaction, List.of(new Draft(event, cause))).getFirst();
    }

    /** Writes several, in their order; see {@link #append}. One statement, for hundreds of events. */
    public List<EventId> appendAll(DSLContext transaction, List<Draft> drafts) {
        if (drafts.isEmpty()) {
            return List.of();
        }
        List<Row> rows = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            rows.add(rowOf(draft));
        }
        transaction.connection(connection -> {
            if (connection.getAutoCommit()) {
                throw new IllegalStateException("an event is written in the transaction of the state it tells of;"
                        + " this context is outside of one");
            }
            lock(connection, rows);
        });
        insert(transaction, rows);
        return rows.stream().map(Row::id).toList();
    }

    private Row rowOf(Draft draft) {
        Event event = draft.event();
        Topic topic = Topic.of(event);
        String type = EventTypes.nameOf(event.getClass());
        if (topic.writer() != service) {
            throw new IllegalArgumentException("%s travels on %s, which %s writes, not %s"
                    .formatted(type, topic.topicName(), topic.writer().schema(), service.schema()));
        }
        int partition = Topics.partitionOf(event);
        if (partition < 0 || partition >= Topic.PARTITIONS) {
            throw new IllegalArgumentException(
                    "%s names partition %d; there are %d".formatted(type, partition, Topic.PARTITIONS));
        }
        String payload = Json.mapper().writeValueAsString(event);
        int bytes = payload.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("%s of '%s' has %d bytes as JSON; at most %d can travel"
                    .formatted(type, event.key(), bytes, MAX_BYTES));
        }
        return new Row(EventId.next(), topic, partition, event, draft.cause(), payload);
    }

    private static void lock(Connection connection, List<Row> rows) throws SQLException {
        Integer[] locks = rows.stream().map(Row::lock).distinct().toArray(Integer[]::new);
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setInt(1, LOCK_SPACE);
            statement.setArray(2, connection.createArrayOf("int4", locks));
            statement.execute();
        }
    }

    /** In their order: COPY numbers the rows as they come. */
    private static void insert(DSLContext transaction, List<Row> rows) {
        CopyRows copy = new CopyRows(
                "outbox",
                "event_id",
                "topic",
                "partition",
                "key",
                "type",
                "account_id",
                "occurred_at",
                "operation",
                "actor",
                "caused_at",
                "traceparent",
                "payload");
        for (Row row : rows) {
            copy.row()
                    .uuid(row.id().uuid())
                    .text(row.topic().topicName())
                    .int4(row.partition())
                    .text(row.event().key())
                    .text(EventTypes.nameOf(row.event().getClass()))
                    .uuid(uuid(row.event().account()))
                    .instant(row.event().occurredAt())
                    .text(row.cause().operation())
                    .text(row.cause().actor())
                    .instant(row.cause().at())
                    .text(row.cause().traceparent())
                    .text(row.payload());
        }
        copy.into(transaction);
    }

    private static @Nullable UUID uuid(@Nullable AccountId account) {
        return account == null ? null : account.uuid();
    }
}
