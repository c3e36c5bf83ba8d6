package dev.berth.schema.wire;

import dev.berth.schema.Service;
import dev.berth.schema.wire.OutboxTable.Pending;
import dev.berth.schema.wire.OutboxTable.Published;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's side of the relay: one transaction a batch. The first {@link #open} after another producer of the same service fences
 * that one. Any exception ends its life: {@link #close} it and open another. One thread.
 */
final class RelayProducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RelayProducer.class);

    private final Service service;
    private final KafkaProducer<byte[], byte[]> producer;

    /** Thrown before the commit: an offset that was given before is given again, so a part of the log is gone. */
    static final class LogCut extends RuntimeException {
        private static final long serialVersionUID = 1;

        LogCut(String message) {
            super(message);
        }
    }

    private RelayProducer(Service service, KafkaProducer<byte[], byte[]> producer) {
        this.service = service;
        this.producer = producer;
    }

    static RelayProducer open(Service service, String bootstrapServers) {
        String name = "berth.%s.relay".formatted(service.schema());
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.ofEntries(
                        Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, name),
                        Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name),
                        Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                        Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                        Map.entry(ProducerConfig.LINGER_MS_CONFIG, 0),
                        Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 262_144),
                        Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000),
                        Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000),
                        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000),
                        Map.entry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000),
                        Map.entry(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5),
                        Map.entry(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200),
                        Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        return new RelayProducer(service, producer);
    }

    /**
     * Publishes in the order given and waits for the commit.
     *
     * @param ids Kafka's id of each topic, as far as is known
     * @param last the greatest offset published before, of each partition that has one; moved on by success
     * @throws LogCut if Kafka has lost records that it acknowledged; nothing is committed then
     * @throws org.apache.kafka.common.errors.ProducerFencedException if another producer took over
     */
    List<Published> publish(List<Pending> rows, TopicIds ids, Map<TopicPartition, Long> last) {
        producer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>(rows.size());
        for (Pending row : rows) {
            Future<RecordMetadata> one = producer.send(recordOf(row, ids.of(row.topic())));
            if (one.isDone()) {
                await(one); // it waited for the broker in vain; the rest would as well, each in turn
            }
            sent.add(one);
        }
        producer.flush();
        List<Published> published = new ArrayList<>(rows.size());
        Map<TopicPartition, Long> reached = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            RecordMetadata metadata = await(sent.get(i));
            TopicPartition partition = new TopicPartition(metadata.topic(), metadata.partition());
            Long before = last.get(partition);
            if (before != null && metadata.offset() <= before) {
                producer.abortTransaction();
                throw new LogCut("%s gave offset %d, but %d was published before"
                        .formatted(partition, metadata.offset(), before));
            }
            reached.put(partition, metadata.offset());
            published.add(new Published(rows.get(i).seq(), ids.of(rows.get(i).topic()), metadata.offset()));
        }
        producer.commitTransaction();
        last.putAll(reached);
        return published;
    }

    private ProducerRecord<byte[], byte[]> recordOf(Pending row, String topicId) {
        return new ProducerRecord<>(
                row.topic().topicName(),
                row.partition(),
                null,
                row.key().getBytes(StandardCharsets.UTF_8),
                row.payload().getBytes(StandardCharsets.UTF_8),
                EnvelopeHeaders.write(new EnvelopeHeaders.Told(
                        row.id(),
                        row.type(),
                        service,
                        row.occurredAt(),
                        row.key(),
                        row.cause(),
                        row.account(),
                        topicId)));
    }

    private static RecordMetadata await(Future<RecordMetadata> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        try {
            producer.close(Duration.ZERO);
        } catch (KafkaException e) {
            LOG.atDebug().setCause(e).log("a producer did not close well");
        }
    }
}
