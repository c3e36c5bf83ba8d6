package dev.berth.schema.wire;

import static org.awaitility.Awaitility.await;

import dev.berth.schema.Cause;
import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jooq.DSLContext;

/**
 * A gateway whose feed reads what it writes itself: AccountClosed events whose reason is a number. The effect is a row in the
 * table {@code effect}, in the order of arrival, without any uniqueness: a double effect shows as two rows.
 */
final class Wires implements AutoCloseable {
    static final Cause CAUSE = new Cause(
            "op_01h455vb4pex5vsknk084sn02q",
            "berth",
            Instant.parse("2026-01-01T00:00:00Z"),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    final TestDatabase database;
    final String bootstrapServers;
    final Outbox outbox = new Outbox(Service.GATEWAY);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Runnable> open = new ArrayList<>();

    Wires(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        database = TestDatabase.fresh(Service.GATEWAY);
        database.dsl()
                .execute(
                        "create table effect (place bigint generated always as identity, key text, number int, event_id uuid)");
    }

    Wire wire() {
        return wire(database.dataSource());
    }

    Wire wire(DataSource dataSource) {
        return new Wire(Service.GATEWAY, bootstrapServers, dataSource, InstantSource.system(), meters);
    }

    OutboxRelay relay(Wire wire) {
        return relay(wire, Duration.ofDays(1));
    }

    OutboxRelay relay(Wire wire, Duration retention) {
        OutboxRelay relay = new OutboxRelay(wire, retention);
        open.add(relay::close);
        relay.start();
        return relay;
    }

    Inbox inbox(Wire wire) {
        return inbox(wire, Wires::effect);
    }

    Inbox inbox(Wire wire, Inbox.Handler handler) {
        Inbox inbox = new Inbox(wire, Consumer.GATEWAY_FEED, handler);
        open.add(inbox::close);
        inbox.start();
        return inbox;
    }

    static void effect(DSLContext transaction, List<Received> events) {
        List<org.jooq.Query> queries = new ArrayList<>();
        for (Received received : events) {
            AccountClosed event = (AccountClosed) received.envelope().event();
            queries.add(transaction.query(
                    "insert into effect (key, number, event_id) values (?, ?, ?)",
                    event.key(),
                    Integer.parseInt(event.reason()),
                    received.envelope().id().uuid()));
        }
        transaction.batch(queries).execute();
    }

    static AccountClosed event(AccountId account, int number) {
        return new AccountClosed(account, Integer.toString(number), Instant.parse("2026-01-01T00:00:00.123Z"));
    }

    /** Appends events with these numbers, in one transaction. */
    List<EventId> append(AccountId account, int from, int until) {
        List<Outbox.Draft> drafts = new ArrayList<>();
        for (int number = from; number < until; number++) {
            drafts.add(new Outbox.Draft(event(account, number), CAUSE));
        }
        return database.dsl().transactionResult(configuration -> outbox.appendAll(configuration.dsl(), drafts));
    }

    /** The numbers that had an effect for a key, in the order of arrival. */
    List<Integer> effects(AccountId account) {
        return database.dsl()
                .fetch("select number from effect where key = ? order by place", account.toString())
                .map(row -> row.get(0, Integer.class));
    }

    int count(String table) {
        return database.dsl().fetchSingle("select count(*)::int from " + table).get(0, Integer.class);
    }

    /** Reads the account topic from its beginning, committed records only, until there are so many. */
    List<ConsumerRecord<byte[], byte[]>> published(int atLeast) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "allow.auto.create.topics",
                false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(Topic.ACCOUNT.topicName(), partition))
                    .toList());
            await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= atLeast;
            });
        }
        return records;
    }

    List<Integer> numbers(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(record -> Integer.parseInt(((AccountClosed) EnvelopeHeaders.read(record.headers(), record.value())
                                .event())
                        .reason()))
                .toList();
    }

    static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    @Override
    public void close() {
        open.reversed().forEach(Runnable::run);
        database.close();
    }
}
