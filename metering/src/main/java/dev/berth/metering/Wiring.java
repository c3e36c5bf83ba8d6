package dev.berth.metering;

import dev.berth.metering.edge.Inboxes;
import dev.berth.metering.interval.IntervalListener;
import dev.berth.metering.usage.AccountListener;
import dev.berth.metering.usage.UsageLoop;
import dev.berth.metering.usage.UsageProperties;
import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.OutboxRelay;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the rooms share, and the loops: relay, consumers, teller. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UsageProperties.class)
class Wiring {
    /** How long an outbox row stays after all have read it. */
    private static final Duration RETENTION = Duration.ofDays(7);

    @Bean
    @ConditionalOnMissingBean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    JsonMapperBuilderCustomizer json() {
        return Json::configure;
    }

    @Bean
    IdentitySigner identitySigner(@Value("${berth.identity-secret}") String secret, InstantSource clock) {
        return new IdentitySigner(secret, clock);
    }

    /** Plain, without Spring's transactions: the database is migrated before it is made. */
    @Bean
    DSLContext dsl(DataSource dataSource) {
        return DSL.using(dataSource, SQLDialect.POSTGRES);
    }

    /** Takes the context so that whatever uses the wire starts after the migrations. */
    @Bean
    Wire wire(
            @Value("${berth.kafka}") String bootstrapServers,
            DataSource dataSource,
            DSLContext migrated,
            InstantSource clock,
            MeterRegistry meters) {
        return new Wire(Service.METERING, bootstrapServers, dataSource, clock, meters);
    }

    @Bean
    Outbox outbox() {
        return new Outbox(Service.METERING);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    OutboxRelay relay(Wire wire) {
        return new OutboxRelay(wire, RETENTION);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    IntervalInboxes intervalInboxes(Wire wire, @Value("${berth.metering.consumers:2}") int threads) {
        return IntervalInboxes.of(wire, new IntervalListener(wire.clock()), threads);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Inbox accountInbox(Wire wire) {
        return new Inbox(wire, Consumer.METERING_ACCOUNT, new AccountListener());
    }

    @Bean
    Inboxes inboxes(IntervalInboxes intervals, Inbox accountInbox) {
        return new Inboxes(Map.of(
                Consumer.METERING_INTERVAL.groupName(),
                intervals.any(),
                Consumer.METERING_ACCOUNT.groupName(),
                accountInbox));
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    UsageLoop usageLoop(Wire wire, Outbox outbox, UsageProperties properties, IntervalInboxes intervals) {
        return new UsageLoop(wire, outbox, properties, intervals::areBehind);
    }
}
