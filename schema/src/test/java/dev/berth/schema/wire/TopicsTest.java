package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schema.Topic;
import dev.berth.schema.testing.TestKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class TopicsTest {
    private final TestKafka kafka = TestKafka.shared();

    @BeforeEach
    void clean() {
        kafka.clean();
    }

    @Test
    void whoeverComesFirstMakesTheTopicsAndTheOthersFindThem() throws Exception {
        List<Callable<TopicIds>> makers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            makers.add(() -> {
                try (Admin admin = Topics.admin(kafka.bootstrapServers(), "maker")) {
                    return Topics.ensure(admin, List.of(Topic.values()));
                }
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<TopicIds> ids = new ArrayList<>();
            for (Future<TopicIds> each : threads.invokeAll(makers)) {
                ids.add(each.get());
            }
            assertThat(ids).hasSize(4).containsOnly(ids.getFirst());
        }
        Topics.ensure(kafka.bootstrapServers());
    }

    @Test
    void partitionsAndRetentionAreSetAndNotTheBrokersDefaults() throws Exception {
        Topics.ensure(kafka.bootstrapServers());
        try (Admin admin = kafka.admin()) {
            for (Topic topic : Topic.values()) {
                var description = admin.describeTopics(List.of(topic.topicName()))
                        .allTopicNames()
                        .get()
                        .get(topic.topicName());
                assertThat(description.partitions()).hasSize(Topic.PARTITIONS);
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
                Config config =
                        admin.describeConfigs(List.of(resource)).all().get().get(resource);
                Map<String, String> own = new java.util.TreeMap<>();
                config.entries().stream()
                        .filter(entry -> entry.source()
                                == org.apache.kafka.clients.admin.ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                        .forEach(entry -> own.put(entry.name(), entry.value()));
                assertThat(own)
                        .containsEntry("cleanup.policy", topic.compacted() ? "compact" : "delete")
                        .containsEntry("unclean.leader.election.enable", "false")
                        .containsEntry("min.insync.replicas", "1");
                assertThat(own.get("retention.ms")).isEqualTo(topic.compacted() ? null : "-1");
                assertThat(own.get("retention.bytes")).isEqualTo(topic.compacted() ? null : "-1");
            }
        }
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedWithWhatItMeans() throws Exception {
        try (Admin admin = kafka.admin()) {
            admin.createTopics(List.of(new NewTopic("berth.usage", 3, (short) 1)))
                    .all()
                    .get();
        }
        assertThatThrownBy(() -> Topics.ensure(kafka.bootstrapServers()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "topic berth.usage has 3 partitions and must have 6: a key's partition is part of the contract; move its data to a new topic");
    }
}
