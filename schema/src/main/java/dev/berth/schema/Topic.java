package dev.berth.schema;

import dev.berth.schema.account.AccountEvent;
import dev.berth.schema.cap.CapEvent;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.invoice.InvoiceEvent;
import dev.berth.schema.rollout.RolloutEvent;
import dev.berth.schema.standing.StandingEvent;
import dev.berth.schema.tenant.TenantEvent;
import dev.berth.schema.usage.UsageEvent;
import dev.berth.schema.volume.VolumeEvent;
import dev.berth.schema.workload.WorkloadEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.utils.Utils;

/** The topics: who writes each, what is kept, and of how many partitions. Created by Berth, never by the broker. */
public enum Topic {
    ACCOUNT("berth.account", Service.GATEWAY, AccountEvent.class, false),
    TENANT("berth.tenant", Service.PROVISIONER, TenantEvent.class, true),
    WORKLOAD("berth.workload", Service.GATEWAY, WorkloadEvent.class, true),
    VOLUME("berth.volume", Service.GATEWAY, VolumeEvent.class, true),
    ROLLOUT("berth.rollout", Service.PROVISIONER, RolloutEvent.class, true),
    CONTAINER("berth.container", Service.PROVISIONER, ContainerEvent.class, false),
    USAGE("berth.usage", Service.METERING, UsageEvent.class, false),
    INVOICE("berth.invoice", Service.BILLING, InvoiceEvent.class, false),
    STANDING("berth.standing", Service.BILLING, StandingEvent.class, true),
    CAP("berth.cap", Service.BILLING, CapEvent.class, false);

    /** Partitions of every topic. It is part of the contract: a key's partition never changes. */
    public static final int PARTITIONS = 6;

    private final String topicName;
    private final Service writer;
    private final Class<? extends Event> events;
    private final boolean compacted;

    Topic(String topicName, Service writer, Class<? extends Event> events, boolean compacted) {
        this.topicName = topicName;
        this.writer = writer;
        this.events = events;
        this.compacted = compacted;
    }

    /** Its name in Kafka. */
    public String topicName() {
        return topicName;
    }

    /** The one service that writes to it. */
    public Service writer() {
        return writer;
    }

    /** Its sealed event interface. */
    public Class<? extends Event> events() {
        return events;
    }

    /** Whether Kafka may drop all but the latest event of a key; otherwise everything is kept. */
    public boolean compacted() {
        return compacted;
    }

    /** The event records of this topic, in declaration order. */
    public List<Class<?>> eventTypes() {
        return List.of(events.getPermittedSubclasses());
    }

    /** The partition of a key: murmur2 of its UTF-8 bytes, as Kafka's own partitioner has it. */
    public static int partitionOf(String key) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % PARTITIONS;
    }

    /** The topic that carries an event. */
    public static Topic of(Event event) {
        for (Topic topic : values()) {
            if (topic.events.isInstance(event)) {
                return topic;
            }
        }
        throw new IllegalArgumentException("no topic carries %s".formatted(event.getClass()));
    }

    /** The topic of that name in Kafka. */
    public static Topic named(String topicName) {
        for (Topic topic : values()) {
            if (topic.topicName.equals(topicName)) {
                return topic;
            }
        }
        throw new IllegalArgumentException("no topic of Berth is named '%s'".formatted(topicName));
    }
}
