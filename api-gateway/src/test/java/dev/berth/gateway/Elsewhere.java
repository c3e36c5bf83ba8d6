package dev.berth.gateway;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.OutboxRelay;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Another service, as far as the gateway hears of it: its real outbox on a database of its own, and its real relay. */
public final class Elsewhere implements AutoCloseable {
    private final TestDatabase database;
    private final Outbox outbox;
    private final OutboxRelay relay;

    /** Begins to carry what is told. */
    public Elsewhere(Service service, String kafka) {
        database = TestDatabase.fresh(service);
        outbox = new Outbox(service);
        Wire wire = new Wire(service, kafka, database.dataSource(), InstantSource.system(), new SimpleMeterRegistry());
        relay = new OutboxRelay(wire, Duration.ofDays(1));
        relay.start();
    }

    /** Tells events, in one transaction. */
    public void tell(Event... events) {
        List<Outbox.Draft> drafts = Stream.of(events)
                .map(event -> new Outbox.Draft(event, Cause.platform(Instant.now())))
                .toList();
        database.dsl().transaction(tx -> outbox.appendAll(tx.dsl(), drafts));
    }

    @Override
    public void close() {
        relay.close();
        database.close();
    }
}
