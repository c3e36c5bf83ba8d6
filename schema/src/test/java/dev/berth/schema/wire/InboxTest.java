package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.testing.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class InboxTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private Wires wires;

    @BeforeEach
    void open() {
        wires = new Wires(TestKafka.shared().clean().bootstrapServers());
    }

    @AfterEach
    void close() {
        wires.close();
    }

    @Test
    void whatIsWrittenInOneTransactionIsTakenInAnother() {
        AccountId account = AccountId.next();
        wires.append(account, 0, 10);
        wires.relay(wires.wire());
        List<Received> taken = new ArrayList<>();
        Inbox inbox = wires.inbox(wires.wire(), (transaction, events) -> {
            taken.addAll(events);
            Wires.effect(transaction, events);
        });
        await().atMost(SOON).until(() -> wires.count("effect") == 10);
        assertThat(wires.effects(account)).isEqualTo(numbers(0, 10));
        assertThat(inbox.awaitCaughtUp(Duration.ofSeconds(10))).isTrue();
        await().until(() -> inbox.status().equals(new Inbox.Status(true, 0, "")));

        Received first = taken.getFirst();
        assertThat(first.topic()).isEqualTo(Topic.ACCOUNT);
        assertThat(first.partition()).isEqualTo(Topic.partitionOf(account.toString()));
        assertThat(first.offset()).isZero();
        assertThat(first.envelope())
                .isEqualTo(new Envelope(
                        first.envelope().id(), dev.berth.schema.Service.GATEWAY, Wires.event(account, 0), Wires.CAUSE));
        assertThat(taken).extracting(Received::offset).isSorted();
    }

    @Test
    void anotherServicesConsumerIsRefused() {
        assertThatThrownBy(() -> new Inbox(wires.wire(), Consumer.BILLING_RATING, Wires::effect))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("billing.rating");
    }

    @Test
    void whatIsPublishedAgainHasNoEffectAgain() {
        AccountId account = AccountId.next();
        wires.append(account, 0, 30);
        wires.relay(wires.wire());
        Inbox inbox = wires.inbox(wires.wire());
        await().atMost(SOON).until(() -> wires.count("effect") == 30);
        for (int again = 1; again <= 3; again++) {
            await().until(() -> wires.count("outbox where published_at is null") == 0);
            wires.database.dsl().execute("update outbox set published_at = null");
            wires.append(account, 29 + again, 30 + again);
            int want = 30 + again;
            await().atMost(SOON).until(() -> wires.count("effect") == want);
        }
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        assertThat(inbox.awaitCaughtUp(SOON)).isTrue();
        assertThat(wires.effects(account)).isEqualTo(numbers(0, 33));
        assertThat(wires.meters
                        .counter("berth.wire.duplicates", "consumer", "gateway.feed")
                        .count())
                .isGreaterThanOrEqualTo(90);
    }

    @Test
    void aConsumerGoesOnWhereTheDatabaseSaysAndNotTheBroker() {
        AccountId account = AccountId.next();
        wires.append(account, 0, 10);
        wires.relay(wires.wire());
        Inbox first = wires.inbox(wires.wire());
        await().atMost(SOON).until(() -> wires.count("effect") == 10);
        first.close();
        assertThat(first.status().ready()).isFalse();
        // with the ids and the position forgotten, the whole log is read again
        wires.database.dsl().execute("truncate inbox_event, effect");
        wires.database.superuser().execute("delete from wire.checkpoint");
        Inbox second = wires.inbox(wires.wire());
        await().atMost(SOON).until(() -> wires.count("effect") == 10);
        second.close();
        // with only the ids forgotten, nothing is
        wires.database.dsl().execute("truncate inbox_event, effect");
        wires.append(account, 10, 12);
        wires.inbox(wires.wire());
        await().atMost(SOON).until(() -> wires.count("effect") == 2);
        assertThat(wires.effects(account)).isEqualTo(numbers(10, 12));
    }

    @Test
    void aDatabaseThatBreaksOffInTheMiddleCostsNothingAndDoublesNothing() {
        AccountId account = AccountId.next();
        wires.append(account, 0, 50);
        AtomicInteger calls = new AtomicInteger();
        Inbox inbox = wires.inbox(wires.wire(), (transaction, events) -> {
            Wires.effect(transaction, events);
            if (calls.incrementAndGet() <= 3) {
                transaction.execute("select pg_terminate_backend(pg_backend_pid())");
            }
        });
        wires.relay(wires.wire());
        await().atMost(SOON)
                .until(() -> calls.get() > 3 && wires.effects(account).size() == 50);
        assertThat(wires.effects(account)).isEqualTo(numbers(0, 50));
        assertThat(inbox.quarantined(10)).isEmpty();
    }

    @Test
    void anEventThatFailsAloneIsQuarantinedAndItsPartitionGoesOn() {
        AccountId account = AccountId.next();
        AtomicBoolean mended = new AtomicBoolean();
        List<EventId> ids = wires.append(account, 0, 100);
        Inbox inbox = wires.inbox(wires.wire(), (transaction, events) -> {
            Wires.effect(transaction, events);
            for (Received received : events) {
                int number =
                        Integer.parseInt(((AccountClosed) received.envelope().event()).reason());
                if ((number == 42 || number == 43) && !mended.get()) {
                    throw new IllegalStateException("cannot bear %d".formatted(number));
                }
            }
        });
        wires.relay(wires.wire());
        await().atMost(SOON).until(() -> wires.count("effect") == 98);
        List<Integer> rest = new ArrayList<>(numbers(0, 100));
        rest.removeAll(List.of(42, 43));
        assertThat(wires.effects(account)).isEqualTo(rest);

        List<Inbox.Quarantined> quarantined = inbox.quarantined(10);
        assertThat(quarantined).hasSize(2);
        Inbox.Quarantined poison = quarantined.getFirst();
        assertThat(poison.consumer()).isEqualTo("gateway.feed");
        assertThat(poison.topic()).isEqualTo("berth.account");
        assertThat(poison.eventId()).isEqualTo(ids.get(42).toString());
        assertThat(poison.type()).isEqualTo("dev.berth.account.AccountClosed.v1");
        assertThat(Json.mapper().readValue(poison.payload(), AccountClosed.class))
                .isEqualTo(Wires.event(account, 42));
        assertThat(poison.error()).contains("IllegalStateException: cannot bear 42");
        assertThat(poison.replayed()).isFalse();
        assertThat(wires.meters
                        .counter("berth.wire.quarantined", "consumer", "gateway.feed")
                        .count())
                .isEqualTo(2);

        assertThat(inbox.replay(poison.id())).as("not mended yet").isFalse();
        assertThat(inbox.quarantined(1).getFirst().replayed()).isFalse();
        mended.set(true);
        assertThat(inbox.replay(poison.id())).isTrue();
        assertThat(inbox.replay(poison.id())).as("once").isTrue();
        assertThat(wires.effects(account)).hasSize(99).endsWith(99, 42);
        assertThat(inbox.quarantined(10).getFirst().replayed()).isTrue();
        assertThatThrownBy(() -> inbox.replay(4711)).isInstanceOf(NoSuchElementException.class);

        // published again, neither the replayed event nor the one that waits is taken
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        wires.database.dsl().execute("update outbox set published_at = null");
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        assertThat(inbox.awaitCaughtUp(SOON)).isTrue();
        assertThat(wires.effects(account)).hasSize(99);
        assertThat(inbox.quarantined(10)).hasSize(2);
    }

    @Test
    void anEffectThatTheDatabaseRefusesOnlyAtTheCommitIsFoundToo() {
        wires.database.dsl().execute("create table once (number int unique deferrable initially deferred)");
        wires.database.dsl().execute("insert into once values (7)");
        AccountId account = AccountId.next();
        wires.append(account, 0, 20);
        Inbox inbox = wires.inbox(wires.wire(), (transaction, events) -> {
            Wires.effect(transaction, events);
            for (Received received : events) {
                transaction.execute(
                        "insert into once values (?)",
                        Integer.parseInt(((AccountClosed) received.envelope().event()).reason()));
            }
        });
        wires.relay(wires.wire());
        await().atMost(SOON).until(() -> wires.count("effect") == 19);
        assertThat(inbox.quarantined(10)).hasSize(1);
        assertThat(inbox.quarantined(10).getFirst().error()).contains("unique");
        long id = inbox.quarantined(10).getFirst().id();
        assertThat(inbox.replay(id)).isFalse();
        wires.database.dsl().execute("delete from once where number = 7");
        assertThat(inbox.replay(id)).isTrue();
        assertThat(wires.effects(account)).hasSize(20);
    }

    @Test
    void whatIsNoEventIsQuarantinedAndTheRestGoesOn() throws Exception {
        AccountId account = AccountId.next();
        Inbox inbox = wires.inbox(wires.wire());
        OutboxRelay relay = wires.relay(wires.wire());
        wires.append(account, 0, 1);
        await().atMost(SOON).until(() -> wires.count("effect") == 1);
        String good = Json.mapper().writeValueAsString(Wires.event(account, 1));
        String type = "dev.berth.account.AccountClosed.v1";
        send(account, new RecordHeaders(), good);
        send(account, headers(EventId.next().toString(), "dev.berth.account.AccountMoved.v1"), good);
        send(account, headers(EventId.next().toString(), type), "{\"account\": \"nobody\"}");
        send(account, headers(EventId.next().toString(), type), "{\"account\": ");
        send(account, headers(EventId.next().toString(), type), null);
        send(account, headers("evt_nonsense\u0000", type), "nonsense \u0000");
        send(account, headers(EventId.next().toString(), type), "null");
        send(account, headers(EventId.next().toString(), type), "[".repeat(5_000));
        wires.append(account, 1, 2);
        await().atMost(SOON).until(() -> wires.count("effect") == 2);
        await().untilAsserted(() -> assertThat(inbox.quarantined(100)).hasSize(8));
        assertThat(inbox.quarantined(100).get(1).error()).contains("AccountMoved.v1");
        assertThat(inbox.quarantined(100).get(5).payload()).isEqualTo("nonsense \u0000");
        for (Inbox.Quarantined each : inbox.quarantined(100)) {
            assertThat(inbox.replay(each.id())).isFalse();
        }
        assertThat(relay.status().running()).isTrue();
    }

    @Test
    void twoReplicasShareThePartitionsAndOneLeaving() {
        List<AccountId> accounts =
                IntStream.range(0, 12).mapToObj(_ -> AccountId.next()).toList();
        wires.relay(wires.wire());
        Inbox first = wires.inbox(wires.wire());
        await().atMost(SOON).until(() -> first.status().ready());
        Inbox second = wires.inbox(wires.wire());
        for (int round = 0; round < 40; round++) {
            for (AccountId account : accounts) {
                wires.append(account, round * 5, round * 5 + 5);
            }
            if (round == 20) {
                await().atMost(SOON).until(() -> second.status().ready());
                first.close();
            }
        }
        await().atMost(SOON).until(() -> wires.count("effect") >= 12 * 200);
        for (AccountId account : accounts) {
            assertThat(wires.effects(account)).isEqualTo(numbers(0, 200));
        }
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        assertThat(second.awaitCaughtUp(SOON)).isTrue();
    }

    private static List<Integer> numbers(int from, int until) {
        return IntStream.range(from, until).boxed().toList();
    }

    private static Headers headers(String id, String type) {
        Headers headers = EnvelopeHeaders.write(new EnvelopeHeaders.Told(
                EventId.next(),
                type,
                dev.berth.schema.Service.GATEWAY,
                java.time.Instant.EPOCH,
                "",
                Wires.CAUSE,
                null,
                "x"));
        headers.remove(EnvelopeHeaders.ID).remove(EnvelopeHeaders.TOPIC_ID);
        return headers.add(EnvelopeHeaders.ID, id.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void send(AccountId account, Headers headers, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", wires.bootstrapServers), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(
                            "berth.account", Topic.partitionOf(account.toString()), account.toString(), value, headers))
                    .get();
        }
    }
}
