package dev.berth.schema;

import java.util.List;

/**
 * Who reads which topics. The code is written into every dedupe row and never reused. An outbox row stays until all readers of
 * its topic have confirmed it.
 */
public enum Consumer {
    PROVISIONER_TENANT(1, Service.PROVISIONER, Topic.ACCOUNT),
    PROVISIONER_DESIRED(2, Service.PROVISIONER, Topic.WORKLOAD),
    METERING_INTERVAL(3, Service.METERING, Topic.CONTAINER),
    METERING_ACCOUNT(4, Service.METERING, Topic.ACCOUNT),
    BILLING_CUSTOMER(5, Service.BILLING, Topic.ACCOUNT),
    BILLING_RATING(6, Service.BILLING, Topic.USAGE),
    GATEWAY_STANDING(7, Service.GATEWAY, Topic.STANDING, Topic.CAP),
    GATEWAY_FEED(8, Service.GATEWAY, Topic.values()),
    PROVISIONER_VOLUME(9, Service.PROVISIONER, Topic.VOLUME),
    GATEWAY_LETTER(29, Service.GATEWAY, Topic.INVOICE, Topic.STANDING);

    private final int code;
    private final Service service;
    private final List<Topic> topics;

    Consumer(int code, Service service, Topic... topics) {
        this.code = code;
        this.service = service;
        this.topics = List.of(topics);
    }

    /** The number in dedupe rows. */
    public int code() {
        return code;
    }

    /** Whose it is. */
    public Service service() {
        return service;
    }

    /** What it reads. */
    public List<Topic> topics() {
        return topics;
    }

    /** The consumer group in Kafka and the name in checkpoints, such as {@code metering.interval}. */
    public String groupName() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '.');
    }

    /** All consumers that read a topic. */
    public static List<Consumer> readersOf(Topic topic) {
        return java.util.Arrays.stream(values())
                .filter(consumer -> consumer.topics.contains(topic))
                .toList();
    }
}
