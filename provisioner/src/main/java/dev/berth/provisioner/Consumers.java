package dev.berth.provisioner;

import dev.berth.schema.Consumer;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Wire;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The consumers of this service. A room adds its handler while the service is put together; they start when all is there, and
 * stop first. Thread-safe once started.
 */
@Component("consumers")
public class Consumers implements SmartLifecycle, HealthIndicator {
    private final Wire wire;
    private final Map<Consumer, Inbox> inboxes = new EnumMap<>(Consumer.class);
    private volatile boolean running;

    public Consumers(Wire wire) {
        this.wire = wire;
    }

    /** Adds a consumer; before the start only. */
    public void add(Consumer consumer, Inbox.Handler handler) {
        inboxes.put(consumer, new Inbox(wire, consumer, handler));
    }

    /** The inbox of a consumer by its group's name. */
    public Optional<Inbox> named(String group) {
        return inboxes.entrySet().stream()
                .filter(entry -> entry.getKey().groupName().equals(group))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** All of them. */
    public Collection<Inbox> all() {
        return inboxes.values();
    }

    @Override
    public void start() {
        running = true;
        inboxes.values().forEach(Inbox::start);
    }

    @Override
    public void stop() {
        running = false;
        inboxes.values().forEach(Inbox::close);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        inboxes.forEach((consumer, inbox) -> {
            Inbox.Status status = inbox.status();
            if (!status.ready()) {
                health.down();
            }
            health.withDetail(
                    consumer.groupName(),
                    Map.of("ready", status.ready(), "lag", status.lag(), "detail", status.detail()));
        });
        return health.build();
    }
}
