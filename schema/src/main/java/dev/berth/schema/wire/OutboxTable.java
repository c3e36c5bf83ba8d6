package dev.berth.schema.wire;

import dev.berth.schema.Cause;
import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The outbox table as the relay sees it. Thread-safe. */
final class OutboxTable {
    // At most so many rows, and not many more bytes: big payloads must fit into memory and into the producer's buffer.
    private static final String PENDING = """
            select seq, event_id, topic, partition, key, type, account_id, occurred_at, operation, actor, caused_at, traceparent, \
            payload, extract(epoch from clock_timestamp() - recorded_at)
            from (select *, sum(octet_length(payload)) over (order by seq) - octet_length(payload) as before
                  from (select * from outbox where published_at is null order by seq limit ?) first) sized
            where before < ? order by seq""";

    private static final String PUBLISHED = """
            update outbox set published_at = clock_timestamp(), published_topic = done.topic_id, \
            published_offset = done.record_offset
            from unnest(?::bigint[], ?::text[], ?::bigint[]) done (seq, topic_id, record_offset) where outbox.seq = done.seq""";

    // Only the ends of the index need a look: a row of another log lies at one of them, as the log begins anew from 0.
    private static final String LOST = """
            with edge as (
              (select published_topic, published_offset from outbox where topic = ? and partition = ? and published_at is not null
               order by published_offset desc limit 1)
              union all
              (select published_topic, published_offset from outbox where topic = ? and partition = ? and published_at is not null
               order by published_offset limit 1))
            select exists (select from edge where published_topic <> ? or published_offset >= ?)""";

    private static final String AGAIN = """
            update outbox set published_at = null, published_topic = null, published_offset = null
            where topic = ? and partition = ? and published_at is not null and (published_topic <> ? or published_offset >= ?)""";

    private static final String LAST = """
            select max(published_offset) from outbox where topic = ? and partition = ? and published_at is not null""";

    // A partition is passed up to the smallest offset of its readers, all of whom have a checkpoint in the same log.
    private static final String PRUNE = """
            with reader as (select * from unnest(?::text[], ?::text[]) r (topic, consumer)),
            passed as (
              select topic, c.partition, c.topic_id, min(c.next_offset) as next_offset
              from reader r join wire.checkpoint c using (topic, consumer)
              group by topic, c.partition, c.topic_id
              having count(*) = (select count(*) from reader where reader.topic = r.topic)),
            done as (
              select o.seq from passed p cross join lateral (
                select seq, published_at from outbox
                where topic = p.topic and partition = p.partition and published_at is not null \
            and published_topic = p.topic_id and published_offset < p.next_offset
                order by published_offset limit ?) o
              where o.published_at <= clock_timestamp() - ? * interval '1 millisecond')
            delete from outbox where seq in (select seq from done)""";

    private static final String STANDING = """
            select (select count(*) from (select from outbox where published_at is null limit 100000) first),
                   coalesce((select extract(epoch from clock_timestamp() - recorded_at) from outbox
                             where published_at is null order by seq limit 1), 0)""";

    private final DSLContext dsl;

    /** A row that waits, and for how long it has. */
    record Pending(
            long seq,
            EventId id,
            Topic topic,
            int partition,
            String key,
            String type,
            @Nullable AccountId account,
            Instant occurredAt,
            Cause cause,
            String payload,
            double ageSeconds) {}

    /** Where a row came to stand in Kafka. */
    record Published(long seq, String topicId, long offset) {}

    /** How many rows wait (counted up to 100,000), and for how long the first has. */
    record Waiting(long pending, Duration oldestAge) {}

    OutboxTable(DSLContext dsl) {
        this.dsl = dsl;
    }

    List<Pending> pending(int rows, long bytes) {
        return dsl.connectionResult(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PENDING)) {
                statement.setInt(1, rows);
                statement.setLong(2, bytes);
                List<Pending> pending = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        pending.add(read(row));
                    }
                }
                return pending;
            }
        });
    }

    private static Pending read(ResultSet row) throws java.sql.SQLException {
        UUID account = row.getObject(7, UUID.class);
        return new Pending(
                row.getLong(1),
                new EventId(row.getObject(2, UUID.class)),
                Topic.named(row.getString(3)),
                row.getInt(4),
                row.getString(5),
                row.getString(6),
                account == null ? null : new AccountId(account),
                row.getObject(8, OffsetDateTime.class).toInstant(),
                new Cause(
                        row.getString(9),
                        row.getString(10),
                        row.getObject(11, OffsetDateTime.class).toInstant(),
                        row.getString(12)),
                row.getString(13),
                row.getDouble(14));
    }

    void markPublished(DSLContext transaction, List<Published> rows) {
        transaction.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PUBLISHED)) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "int8", rows.stream().map(Published::seq).toArray()));
                statement.setArray(
                        2,
                        connection.createArrayOf(
                                "text", rows.stream().map(Published::topicId).toArray()));
                statement.setArray(
                        3,
                        connection.createArrayOf(
                                "int8", rows.stream().map(Published::offset).toArray()));
                statement.executeUpdate();
            }
        });
    }

    /**
     * Marks as waiting what is no longer in Kafka.
     *
     * @param topicId Kafka's id of the topic now
     * @param end the offset after the last record of the partition now
     * @return how many rows will be published again
     */
    int refill(DSLContext transaction, Topic topic, int partition, String topicId, long end) {
        String name = topic.topicName();
        boolean lost = Boolean.TRUE.equals(transaction
                .resultQuery(LOST, name, partition, name, partition, topicId, end)
                .fetchOne(0, Boolean.class));
        return lost ? transaction.execute(AGAIN, name, partition, topicId, end) : 0;
    }

    /** The greatest offset that is known to be published, empty for a partition without rows. */
    Optional<Long> lastOffset(DSLContext transaction, Topic topic, int partition) {
        return Optional.ofNullable(
                transaction.resultQuery(LAST, topic.topicName(), partition).fetchOne(0, Long.class));
    }

    /** Deletes what all readers have passed and is old enough, some hundred rows a partition; answers how many. */
    int prune(List<Topic> topics, Duration retention, int rowsPerPartition) {
        List<String> names = new ArrayList<>();
        List<String> readers = new ArrayList<>();
        for (Topic topic : topics) {
            for (Consumer reader : Consumer.readersOf(topic)) {
                names.add(topic.topicName());
                readers.add(reader.groupName());
            }
        }
        return dsl.connectionResult(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PRUNE)) {
                statement.setArray(1, connection.createArrayOf("text", names.toArray()));
                statement.setArray(2, connection.createArrayOf("text", readers.toArray()));
                statement.setInt(3, rowsPerPartition);
                statement.setLong(4, retention.toMillis());
                return statement.executeUpdate();
            }
        });
    }

    Waiting waiting() {
        return java.util.Objects.requireNonNull(dsl.resultQuery(STANDING)
                .fetchOne(row -> new Waiting(
                        row.get(0, long.class), Duration.ofMillis((long) (row.get(1, double.class) * 1000)))));
    }
}
