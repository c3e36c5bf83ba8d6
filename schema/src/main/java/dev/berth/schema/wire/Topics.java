package dev.berth.schema.wire;

import dev.berth.schema.Event;
import dev.berth.schema.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes the topics of {@link Topic} in Kafka, with the partitions and the retention that are part of the contract, and says
 * which partition an event travels on. Safe when several do it at once. Thread-safe.
 */
public final class Topics {
    private static final int MAX_REPLICAS = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_TRIES = 100;
    private static final Duration RETRY_AFTER = Duration.ofMillis(20);

    private Topics() {}

    /** The partition of an event: the one it names, otherwise that of its key. */
    public static int partitionOf(Event event) {
        return event.partition().orElseGet(() -> Topic.partitionOf(event.key()));
    }

    /**
     * Makes what is missing and checks the rest.
     *
     * @throws IllegalStateException if a topic has another number of partitions than {@link Topic#PARTITIONS}
     * @throws KafkaException if Kafka does not answer
     */
    public static void ensure(String bootstrapServers) {
        try (Admin admin = admin(bootstrapServers, "berth-topics")) {
            ensure(admin, List.of(Topic.values()));
        }
    }

    /** Like {@link #ensure(String)}, only some topics and with a client that is already there; answers Kafka's id of each. */
    static TopicIds ensure(Admin admin, List<Topic> topics) {
        try {
            return idsOf(admin, topics);
        } catch (UnknownTopicOrPartitionException e) {
            create(admin, topics);
        }
        for (int tries = 0; ; tries++) {
            try {
                return idsOf(admin, topics);
            } catch (UnknownTopicOrPartitionException e) {
                // the broker that answers may not have heard yet of what the controller has just made
                if (tries == MAX_TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_AFTER.toNanos());
            }
        }
    }

    private static void create(Admin admin, List<Topic> topics) {
        int brokers = await(admin.describeCluster().nodes()).size();
        short replicas = (short) Math.clamp(brokers, 1, MAX_REPLICAS);
        Map<String, KafkaFuture<Void>> made = admin.createTopics(topics.stream()
                        .map(topic -> new NewTopic(topic.topicName(), Topic.PARTITIONS, replicas)
                                .configs(configOf(topic, replicas)))
                        .toList())
                .values();
        for (KafkaFuture<Void> one : made.values()) {
            try {
                await(one);
            } catch (TopicExistsException _) {
                // it was there before, or somebody else was quicker
            }
        }
    }

    /**
     * Kafka's id of each topic: another id is another log.
     *
     * @throws UnknownTopicOrPartitionException if one is missing
     * @throws IllegalStateException if one has another number of partitions
     */
    static TopicIds idsOf(Admin admin, List<Topic> topics) {
        return idsOf(await(describe(admin, topics)));
    }

    static KafkaFuture<Map<String, TopicDescription>> describe(Admin admin, List<Topic> topics) {
        return admin.describeTopics(
                        topics.stream().map(Topic::topicName).toList(), new DescribeTopicsOptions().timeoutMs(3_000))
                .allTopicNames();
    }

    static TopicIds idsOf(Map<String, TopicDescription> descriptions) {
        Map<Topic, String> ids = new TreeMap<>();
        descriptions.forEach((name, description) -> {
            int partitions = description.partitions().size();
            if (partitions != Topic.PARTITIONS) {
                throw new IllegalStateException(
                        "topic %s has %d partitions and must have %d: a key's partition is part of the contract; move its data to a new topic"
                                .formatted(name, partitions, Topic.PARTITIONS));
            }
            ids.put(Topic.named(name), description.topicId().toString());
        });
        return new TopicIds(ids);
    }

    /** The offset after the last committed record of each partition. */
    static Map<TopicPartition, Long> ends(String bootstrapServers, List<Topic> topics) {
        try (Admin admin = admin(bootstrapServers, "berth-ends")) {
            return ends(admin, topics, IsolationLevel.READ_COMMITTED);
        }
    }

    static Map<TopicPartition, Long> ends(Admin admin, List<Topic> topics, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (Topic topic : topics) {
            for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
                asked.put(new TopicPartition(topic.topicName(), partition), OffsetSpec.latest());
            }
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        await(admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all())
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    static Admin admin(String bootstrapServers, String clientId) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG, clientId,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 8_000,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500,
                AdminClientConfig.RETRY_BACKOFF_MS_CONFIG, 50));
    }

    static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException cause) {
                throw cause;
            }
            throw new KafkaException("Kafka refused a request", e);
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("Kafka did not answer in time", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static Map<String, String> configOf(Topic topic, short replicas) {
        Map<String, String> config = new TreeMap<>();
        if (topic.compacted()) {
            config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        } else {
            config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
            config.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
            config.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        }
        config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, replicas >= MAX_REPLICAS ? "2" : "1");
        config.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        return Map.copyOf(config);
    }

    static List<Topic> writtenBy(dev.berth.schema.Service service) {
        return Arrays.stream(Topic.values())
                .filter(topic -> topic.writer() == service)
                .toList();
    }
}
