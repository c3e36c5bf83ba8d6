package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** However often and in whatever interleaving events are sent, each has its effect once, where it came first. */
@Tag("parts")
class DuplicatesTest {
    private static Wires wires;
    private static Inbox inbox;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeContainer
    static void open() {
        wires = new Wires(TestKafka.shared().clean().bootstrapServers());
        inbox = wires.inbox(wires.wire());
        await().atMost(Duration.ofSeconds(30)).until(() -> inbox.status().ready());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", wires.bootstrapServers, "batch.size", 200),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterContainer
    static void close() {
        producer.close();
        wires.close();
    }

    @Property(tries = 25)
    void anyInterleavingOfDuplicatesHasTheEffectOnce(
            @ForAll @Size(min = 1, max = 80) List<@IntRange(max = 11) Integer> sent) {
        AccountId account = AccountId.next();
        List<EventId> ids = IntStream.range(0, 12).mapToObj(_ -> EventId.next()).toList();
        for (int number : sent) {
            var _ = producer.send(new ProducerRecord<>(
                    "berth.account",
                    Topic.partitionOf(account.toString()),
                    null,
                    account.toString().getBytes(StandardCharsets.UTF_8),
                    Json.mapper().writeValueAsBytes(Wires.event(account, number)),
                    EnvelopeHeaders.write(new EnvelopeHeaders.Told(
                            ids.get(number),
                            "dev.berth.account.AccountClosed.v1",
                            Service.GATEWAY,
                            Wires.event(account, number).occurredAt(),
                            account.toString(),
                            Wires.CAUSE,
                            account,
                            "unknown"))));
        }
        producer.flush();
        assertThat(inbox.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
        assertThat(wires.effects(account)).isEqualTo(new ArrayList<>(new LinkedHashSet<>(sent)));
    }
}
