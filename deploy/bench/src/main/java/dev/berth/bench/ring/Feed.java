package dev.berth.bench.ring;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Topic;
import dev.berth.schema.id.EventId;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Puts container events on their topic as the provisioner would, with the envelope as headers, without its outbox. */
public final class Feed implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<ProducerRecord<byte[], byte[]>> held = new ArrayList<>();
    private boolean holding;
    private volatile @Nullable Exception failure;
    private final Cause cause = Cause.platform(Instant.now());

    /** A feed of that broker. */
    public Feed(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        10,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        64L * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Sends one; waits only when the producer's buffer is full. */
    public void send(EventId id, Event event) {
        Topic topic = Arrays.stream(Topic.values())
                .filter(one -> one.events().isInstance(event))
                .findFirst()
                .orElseThrow();
        RecordHeaders headers = new RecordHeaders();
        add(headers, "ce_specversion", "1.0");
        add(headers, "ce_id", id.toString());
        add(headers, "ce_type", EventTypes.nameOf(event.getClass()));
        add(headers, "ce_source", topic.writer().schema());
        add(headers, "ce_time", Json.text(event.occurredAt()));
        add(headers, "ce_subject", event.key());
        add(headers, "content-type", "application/json");
        add(headers, "berth_operation", cause.operation());
        add(headers, "berth_actor", cause.actor());
        add(headers, "berth_caused_at", Json.text(cause.at()));
        OptionalInt partition = event.partition();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic.topicName(),
                partition.isPresent() ? partition.getAsInt() : Topic.partitionOf(event.key()),
                event.key().getBytes(StandardCharsets.UTF_8),
                Json.mapper().writeValueAsBytes(event),
                headers);
        if (holding) {
            held.add(record);
        } else {
            send(record);
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> _ = producer.send(record, (_, e) -> {
            if (e != null) {
                failure = e;
            }
        });
    }

    /** Keeps what is sent from now on, until {@link #release}: making events takes longer than sending them. */
    public void hold() {
        holding = true;
    }

    /** Sends what was kept. */
    public void release() {
        holding = false;
        held.forEach(this::send);
        held.clear();
        flush();
    }

    /** Returns when the broker has acknowledged all, and fails when it refused one. */
    public void flush() {
        producer.flush();
        if (failure != null) {
            throw new IllegalStateException("the broker refused an event", failure);
        }
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close();
    }
}
