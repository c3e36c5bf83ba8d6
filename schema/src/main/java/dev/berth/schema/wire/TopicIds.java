package dev.berth.schema.wire;

import dev.berth.schema.Topic;
import java.util.Map;

/** Kafka's ids of topics, at one moment: another id is another log, in which offsets begin anew. */
record TopicIds(Map<Topic, String> ids) {
    TopicIds {
        ids = Map.copyOf(ids);
    }

    /**
     * The id of a topic.
     *
     * @throws IllegalStateException if it was not asked for
     */
    String of(Topic topic) {
        String id = ids.get(topic);
        if (id == null) {
            throw new IllegalStateException("the id of topic %s is not known here".formatted(topic.topicName()));
        }
        return id;
    }
}
