package dev.berth.schema.wire;

import dev.berth.schema.Consumer;
import dev.berth.schema.wire.Inbox.Quarantined;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** The tables of one consumer: checkpoints, the ids it has seen, its quarantine. Thread-safe. */
final class InboxTable {
    private static final String STORED = """
            select c.topic, c.partition, c.topic_id, c.next_offset, c.leader_epoch from wire.checkpoint c
            where c.consumer = ? and (c.topic, c.partition) in (select * from unnest(?::text[], ?::int[]))
            order by c.topic, c.partition""";

    private static final String ADVANCE = """
            insert into wire.checkpoint (consumer, topic, partition, topic_id, next_offset, leader_epoch)
            select ?::text, * from unnest(?::text[], ?::int[], ?::text[], ?::bigint[], ?::int[]) new (topic, partition) order by 2, 3
            on conflict (consumer, topic, partition) do update set topic_id = excluded.topic_id, \
            next_offset = excluded.next_offset, leader_epoch = excluded.leader_epoch, updated_at = now()""";

    private static final String SEEN =
            "select event_id from inbox_event where consumer = ? and event_id = any(?::uuid[])";

    private static final String QUARANTINE = """
            insert into quarantine (consumer, topic, partition, record_offset, event_id, type, headers, key, payload, error)
            values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
            on conflict (consumer, topic, partition, record_offset, event_id) do update set \
            attempts = quarantine.attempts + 1, error = excluded.error""";

    private static final String UNIQUE_VIOLATION = "23505";

    private final Consumer consumer;

    /** Two transactions took the same event at the same moment; this one was undone. */
    static final class Raced extends RuntimeException {
        private static final long serialVersionUID = 1;

        Raced(Throwable cause) {
            super("another transaction took one of these events at the same moment", cause);
        }
    }

    /** Where a consumer stands in one partition of one log. */
    record Position(String topicId, long nextOffset, Optional<Integer> leaderEpoch) {
        /** Whether both speak of the same place; the epoch only helps Kafka. */
        boolean isAt(@Nullable Position other) {
            return other != null && topicId.equals(other.topicId) && nextOffset == other.nextOffset;
        }
    }

    /** A quarantined event with what is needed to try it again. */
    record Held(String topic, int partition, long offset, Headers headers, String payload, boolean replayed) {}

    InboxTable(Consumer consumer) {
        this.consumer = consumer;
    }

    /** The stored positions of some partitions; those without one are missing. */
    Map<TopicPartition, Position> stored(DSLContext dsl, Collection<TopicPartition> partitions, boolean lock) {
        return dsl.connectionResult(connection -> {
            Map<TopicPartition, Position> positions = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(lock ? STORED + " for update" : STORED)) {
                statement.setString(1, consumer.groupName());
                statement.setArray(2, topics(connection, partitions));
                statement.setArray(3, numbers(connection, partitions));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        positions.put(
                                new TopicPartition(row.getString(1), row.getInt(2)),
                                new Position(
                                        row.getString(3),
                                        row.getLong(4),
                                        Optional.ofNullable(row.getObject(5, Integer.class))));
                    }
                }
            }
            return positions;
        });
    }

    /** Stores positions. */
    void advance(DSLContext transaction, Map<TopicPartition, Position> positions) {
        transaction.connection(connection -> {
            Collection<Position> values = positions.values();
            try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
                statement.setString(1, consumer.groupName());
                statement.setArray(2, topics(connection, positions.keySet()));
                statement.setArray(3, numbers(connection, positions.keySet()));
                statement.setArray(
                        4,
                        connection.createArrayOf(
                                "text", values.stream().map(Position::topicId).toArray()));
                statement.setArray(
                        5,
                        connection.createArrayOf(
                                "int8",
                                values.stream().map(Position::nextOffset).toArray()));
                statement.setArray(
                        6,
                        connection.createArrayOf(
                                "int4",
                                values.stream()
                                        .map(position -> position.leaderEpoch().orElse(null))
                                        .toArray()));
                statement.executeUpdate();
            }
        });
    }

    /** Sets the transaction to plan for many keys. */
    void enter(DSLContext transaction) {
        transaction.connection(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(Plans.BY_KEY);
            }
        });
    }

    /**
     * Stores the ids and answers those that were new.
     *
     * @param ids some may be there twice
     * @throws Raced if another transaction stored one at the same moment: the next attempt will see it
     */
    Set<UUID> claim(DSLContext transaction, List<UUID> ids) {
        Set<UUID> fresh = new LinkedHashSet<>(ids);
        if (ids.isEmpty()) {
            return fresh;
        }
        transaction.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SEEN)) {
                statement.setInt(1, consumer.code());
                statement.setArray(2, connection.createArrayOf("uuid", fresh.toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        fresh.remove(row.getObject(1, UUID.class));
                    }
                }
            }
        });
        CopyRows rows = new CopyRows("inbox_event", "event_id", "consumer");
        fresh.forEach(id -> rows.row().uuid(id).int2(consumer.code()));
        try {
            rows.into(transaction);
        } catch (DataAccessException e) {
            if (UNIQUE_VIOLATION.equals(e.sqlState())) {
                throw new Raced(e);
            }
            throw e;
        }
        return fresh;
    }

    void quarantine(DSLContext transaction, ConsumerRecord<byte[], byte[]> record, String error) {
        transaction.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(QUARANTINE)) {
                statement.setString(1, consumer.groupName());
                statement.setString(2, record.topic());
                statement.setInt(3, record.partition());
                statement.setLong(4, record.offset());
                statement.setString(5, storable(EnvelopeHeaders.text(record.headers(), EnvelopeHeaders.ID)));
                statement.setString(6, storable(EnvelopeHeaders.text(record.headers(), EnvelopeHeaders.TYPE)));
                statement.setString(7, headersOf(record.headers()));
                statement.setString(
                        8, storable(record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8)));
                statement.setBytes(9, record.value() == null ? new byte[0] : record.value());
                statement.setString(10, storable(error));
                statement.executeUpdate();
            }
        });
    }

    List<Quarantined> quarantined(DSLContext dsl, int limit) {
        return dsl.resultQuery(
                        "select id, consumer, topic, partition, record_offset, event_id, type, payload, error, recorded_at,"
                                + " replayed_at is not null from quarantine where consumer = ? order by id limit ?",
                        consumer.groupName(),
                        limit)
                .fetch(row -> new Quarantined(
                        row.get(0, long.class),
                        row.get(1, String.class),
                        row.get(2, String.class),
                        row.get(3, int.class),
                        row.get(4, long.class),
                        row.get(5, String.class),
                        row.get(6, String.class),
                        new String(row.get(7, byte[].class), StandardCharsets.UTF_8),
                        row.get(8, String.class),
                        row.get(9, java.time.OffsetDateTime.class).toInstant(),
                        row.get(10, boolean.class)));
    }

    /** How many wait in quarantine. */
    int quarantinedCount(DSLContext dsl) {
        Integer count = dsl.resultQuery(
                        "select count(*)::int from quarantine where consumer = ? and replayed_at is null",
                        consumer.groupName())
                .fetchOne(0, Integer.class);
        return count == null ? 0 : count;
    }

    /** Locks a quarantined event. */
    Optional<Held> hold(DSLContext transaction, long id) {
        Record row = transaction.fetchOne(
                "select topic, partition, record_offset, headers::text, payload, replayed_at is not null from quarantine"
                        + " where id = ? and consumer = ? for update",
                id,
                consumer.groupName());
        return Optional.ofNullable(row)
                .map(it -> new Held(
                        it.get(0, String.class),
                        it.get(1, int.class),
                        it.get(2, long.class),
                        headersOf(it.get(3, String.class)),
                        new String(it.get(4, byte[].class), StandardCharsets.UTF_8),
                        it.get(5, boolean.class)));
    }

    void replayed(DSLContext transaction, long id) {
        transaction.execute("update quarantine set replayed_at = now(), attempts = attempts + 1 where id = ?", id);
    }

    void failedAgain(DSLContext transaction, long id, String error) {
        transaction.execute(
                "update quarantine set error = ?, attempts = attempts + 1 where id = ?", storable(error), id);
    }

    private static Array topics(Connection connection, Collection<TopicPartition> partitions) throws SQLException {
        return connection.createArrayOf(
                "text", partitions.stream().map(TopicPartition::topic).toArray());
    }

    private static Array numbers(Connection connection, Collection<TopicPartition> partitions) throws SQLException {
        return connection.createArrayOf(
                "int4", partitions.stream().map(TopicPartition::partition).toArray());
    }

    private static String headersOf(Headers headers) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Header header : headers) {
            byte[] value = header.value();
            texts.put(
                    storable(header.key()), storable(value == null ? null : new String(value, StandardCharsets.UTF_8)));
        }
        return Json.mapper().writeValueAsString(texts);
    }

    private static Headers headersOf(String json) {
        RecordHeaders headers = new RecordHeaders();
        Json.mapper()
                .readTree(json)
                .properties()
                .forEach(field ->
                        headers.add(field.getKey(), field.getValue().asString().getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    /** PostgreSQL's text cannot hold U+0000. */
    private static String storable(@Nullable String text) {
        return text == null ? "" : text.replace('\u0000', '\ufffd');
    }
}
