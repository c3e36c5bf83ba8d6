package dev.berth.schema.wire;

import dev.berth.schema.Consumer;
import dev.berth.schema.id.Uuid7;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How an inbox talks to Kafka. */
final class InboxConsumer {
    /** What an event with its headers takes, and a little more. */
    private static final int EVENT_BYTES = 1_500;

    private InboxConsumer() {}

    /**
     * A consumer of the group that commits nothing to the broker. The classic group protocol, since its session timeout is the
     * client's to choose: a replica that was killed is replaced after 10 s and not after the broker's 45.
     *
     * @param maxBatch the most events of one poll; a fetch is large enough for them
     */
    static KafkaConsumer<byte[], byte[]> open(String bootstrapServers, Consumer consumer, int maxBatch) {
        return new KafkaConsumer<>(
                Map.ofEntries(
                        Map.entry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                        Map.entry(ConsumerConfig.GROUP_ID_CONFIG, consumer.groupName()),
                        Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, consumer.groupName() + "." + Uuid7.next()),
                        Map.entry(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name()),
                        Map.entry(
                                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                                CooperativeStickyAssignor.class.getName()),
                        Map.entry(
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                IsolationLevel.READ_COMMITTED.name().toLowerCase(Locale.ROOT)),
                        Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                        Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
                        Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
                        Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxBatch),
                        Map.entry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, maxBatch * EVENT_BYTES),
                        Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 * maxBatch * EVENT_BYTES),
                        Map.entry(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 300_000),
                        Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000),
                        Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000),
                        Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000),
                        Map.entry(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
                        Map.entry(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000),
                        Map.entry(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, 50),
                        Map.entry(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
