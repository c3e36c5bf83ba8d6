package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.testing.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class RelayTest {
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
    void whatIsCommittedIsInKafkaWithItsHeaders() {
        AccountId account = AccountId.next();
        EventId id = wires.append(account, 5, 6).getFirst();
        wires.relay(wires.wire());
        var record = wires.published(1).getFirst();
        assertThat(record.topic()).isEqualTo("berth.account");
        assertThat(record.partition()).isEqualTo(Topic.partitionOf(account.toString()));
        assertThat(new String(record.key(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(account.toString());
        assertThat(Wires.headers(record))
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", id.toString())
                .containsEntry("ce_type", "dev.berth.account.AccountClosed.v1")
                .containsEntry("ce_source", "gateway")
                .containsEntry("ce_time", "2026-01-01T00:00:00.123Z")
                .containsEntry("ce_subject", account.toString())
                .containsEntry("content-type", "application/json")
                .containsEntry("berth_operation", Wires.CAUSE.operation())
                .containsEntry("berth_actor", "berth")
                .containsEntry("berth_caused_at", "2026-01-01T00:00:00.000Z")
                .containsEntry("berth_account", account.toString())
                .containsEntry("traceparent", Wires.CAUSE.traceparent())
                .containsKey("berth_topic_id")
                .hasSize(13);
        assertThat(new String(record.value(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(wires.database
                        .dsl()
                        .fetchSingle("select payload from outbox")
                        .get(0, String.class));
        await().until(() -> wires.count("outbox where published_offset = 0 and published_at is not null") == 1);
    }

    @Test
    void aCommitWakesTheRelay() {
        OutboxRelay relay = wires.relay(wires.wire());
        await().until(() -> relay.status().carrier());
        AccountId account = AccountId.next();
        wires.append(account, 0, 1);
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            long begun = System.nanoTime();
            wires.append(account, i, i + 1);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> wires.count("outbox where published_at is null") == 0);
            waits.add((System.nanoTime() - begun) / 1_000_000);
        }
        waits.sort(null);
        assertThat(waits.get(10))
                .as("ms; the timer alone would take 250 on average")
                .isLessThan(150);
    }

    @Test
    void oneReplicaCarriesAndTheOtherTakesOverWhenItCloses() {
        OutboxRelay first = wires.relay(wires.wire());
        await().until(() -> first.status().carrier());
        OutboxRelay second = wires.relay(wires.wire());
        await().until(() -> second.status().running());
        assertThat(second.status().carrier()).isFalse();
        assertThat(second.status().detail()).isEqualTo("another replica carries");
        AccountId account = AccountId.next();
        wires.append(account, 0, 5);
        wires.published(5);
        first.close();
        assertThat(first.status().running()).isFalse();
        wires.append(account, 5, 10);
        await().until(() -> second.status().carrier());
        assertThat(wires.numbers(wires.published(10)))
                .isEqualTo(IntStream.range(0, 10).boxed().toList());
    }

    @Test
    void thePublishedOrderIsTheOrderOfRowsWithinEachPartition() {
        for (int i = 0; i < 40; i++) {
            List<Outbox.Draft> drafts = new ArrayList<>();
            for (int k = 0; k < 50; k++) {
                drafts.add(new Outbox.Draft(Wires.event(AccountId.next(), i), Wires.CAUSE));
            }
            wires.database.dsl().transaction(it -> wires.outbox.appendAll(it.dsl(), drafts));
        }
        wires.relay(wires.wire());
        wires.published(2000);
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            assertThat(wires.database
                            .dsl()
                            .fetch("select published_offset from outbox where partition = ? order by seq", partition)
                            .getValues(0, Long.class))
                    .isNotEmpty()
                    .isSorted();
        }
    }

    @Test
    void rowsThatAreLargeGoOutInSeveralBatches() {
        AccountId account = AccountId.next();
        String long800k = "9".repeat(800_000);
        for (int i = 0; i < 12; i++) {
            wires.database
                    .dsl()
                    .transaction(it -> wires.outbox.append(
                            it.dsl(),
                            new dev.berth.schema.account.AccountClosed(account, long800k, java.time.Instant.EPOCH),
                            Wires.CAUSE));
        }
        wires.relay(wires.wire());
        await().atMost(Duration.ofSeconds(20)).until(() -> wires.count("outbox where published_at is null") == 0);
    }

    @Test
    void aRowStaysUntilEveryReaderHasPassedIt() {
        AccountId account = AccountId.next();
        wires.append(account, 0, 10);
        OutboxRelay relay = wires.relay(wires.wire(), Duration.ZERO);
        wires.published(10);
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        List<Consumer> readers = Consumer.readersOf(Topic.ACCOUNT);
        for (Consumer reader : readers.subList(1, readers.size())) {
            confirm(reader, account, 100);
        }
        confirm(readers.getFirst(), account, 4);
        relay.close();
        OutboxRelay next = wires.relay(wires.wire(), Duration.ZERO);
        await().until(() -> wires.count("outbox") == 6);
        assertThat(wires.database
                        .dsl()
                        .fetchSingle("select min(published_offset) from outbox")
                        .get(0, Long.class))
                .isEqualTo(4);
        next.close();
        confirm(readers.getFirst(), account, 10);
        OutboxRelay young = wires.relay(wires.wire(), Duration.ofHours(1));
        await().until(() -> young.status().carrier());
        assertThat(wires.count("outbox")).as("confirmed, but too young").isEqualTo(6);
    }

    @Test
    void aConfirmationOfAnotherLogIsNone() {
        AccountId account = AccountId.next();
        wires.append(account, 0, 3);
        OutboxRelay relay = wires.relay(wires.wire());
        wires.published(3);
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        relay.close();
        for (Consumer reader : Consumer.readersOf(Topic.ACCOUNT)) {
            confirm(reader, account, 100);
        }
        wires.database.superuser().execute("update wire.checkpoint set topic_id = 'another'");
        OutboxRelay again = wires.relay(wires.wire(), Duration.ZERO);
        await().until(() -> again.status().carrier());
        wires.append(account, 3, 4);
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        assertThat(wires.count("outbox")).isEqualTo(4);
    }

    @Test
    void aTopicThatWasMadeAnewIsRefilledInOrder() throws Exception {
        AccountId account = AccountId.next();
        wires.append(account, 0, 20);
        OutboxRelay relay = wires.relay(wires.wire());
        wires.published(20);
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        try (var admin = TestKafka.shared().admin()) {
            admin.deleteTopics(List.of("berth.account")).all().get();
        }
        wires.append(account, 20, 25);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> relay.status().carrier()
                        && wires.count("outbox where published_at is null") == 0
                        && wires.database
                                        .dsl()
                                        .fetchSingle("select count(distinct published_topic)::int from outbox")
                                        .get(0, Integer.class)
                                == 1
                        && wires.meters
                                        .counter("berth.wire.refilled", "service", "gateway")
                                        .count()
                                >= 20);
        List<Integer> numbers = wires.numbers(wires.published(25));
        assertThat(new ArrayList<>(new LinkedHashSet<>(numbers)))
                .isEqualTo(IntStream.range(0, 25).boxed().toList());
    }

    private void confirm(Consumer reader, AccountId account, long next) {
        wires.database.superuser().execute("""
                        insert into wire.checkpoint (consumer, topic, partition, topic_id, next_offset)
                        select ?, topic, partition, published_topic, ? from gateway.outbox where key = ? limit 1
                        on conflict (consumer, topic, partition) do update set next_offset = excluded.next_offset""", reader.groupName(), next, account.toString());
    }
}
