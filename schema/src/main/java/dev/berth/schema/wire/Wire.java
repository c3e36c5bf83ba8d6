package dev.berth.schema.wire;

import dev.berth.schema.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * What a service needs to send and take events.
 *
 * @param service whose
 * @param bootstrapServers the Kafka brokers, {@code host:port,…}
 * @param dataSource the service's own database; its connections have the service's schema first in their search path
 * @param clock the time
 * @param meters where counters and gauges go
 */
public record Wire(
        Service service, String bootstrapServers, DataSource dataSource, InstantSource clock, MeterRegistry meters) {
    /** A context on the service's database, outside of any transaction. */
    public DSLContext dsl() {
        return DSL.using(dataSource, SQLDialect.POSTGRES);
    }
}
