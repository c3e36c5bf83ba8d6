package dev.berth.metering;

import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.OutboxRelay;
import dev.berth.schema.wire.Received;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jooq.impl.DSL;

/** Another service, as far as metering can tell: its outbox, its relay, its database. */
final class Upstream implements AutoCloseable {
    private final TestDatabase database;
    private final Outbox outbox;
    private final OutboxRelay relay;

    Upstream(Service service, String bootstrapServers) {
        database = TestDatabase.fresh(service);
        outbox = new Outbox(service);
        relay = new OutboxRelay(
                new Wire(
                        service,
                        bootstrapServers,
                        database.dataSource(),
                        InstantSource.system(),
                        new SimpleMeterRegistry()),
                Duration.ofDays(1));
        relay.start();
    }

    void send(List<Received> events) {
        database.dsl()
                .transaction(configuration -> outbox.appendAll(
                        DSL.using(configuration),
                        events.stream()
                                .map(received -> new Outbox.Draft(
                                        received.envelope().event(),
                                        received.envelope().cause()))
                                .toList()));
    }

    void send(Event event, Cause cause) {
        database.dsl().transaction(configuration -> outbox.append(DSL.using(configuration), event, cause));
    }

    @Override
    public void close() {
        relay.close();
        database.close();
    }
}
