package dev.berth.provisioner;

import dev.berth.schema.Service;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.OutboxRelay;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jooq.ExecuteListener;
import org.jooq.ExecuteListenerProvider;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the rooms share: the clock, the wire, the outbox and its relay, the identity of internal calls, the form of JSON. */
@Configuration(proxyBeanMethods = false)
class Wiring {
    /** How long an outbox row stays after all have read it. */
    private static final Duration RETENTION = Duration.ofDays(7);

    @Bean
    @ConditionalOnMissingBean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    @DependsOnDatabaseInitialization
    Wire wire(
            @Value("${berth.kafka}") String bootstrapServers,
            DataSource dataSource,
            InstantSource clock,
            MeterRegistry meters) {
        return new Wire(Service.PROVISIONER, bootstrapServers, dataSource, clock, meters);
    }

    /** Counts what is asked of the database. */
    @Bean
    ExecuteListenerProvider statements(MeterRegistry meters) {
        Counter statements = meters.counter("berth.provisioner.statements");
        return new DefaultExecuteListenerProvider(ExecuteListener.onExecuteStart(_ -> statements.increment()));
    }

    @Bean
    Outbox outbox() {
        return new Outbox(Service.PROVISIONER);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    OutboxRelay outboxRelay(Wire wire) {
        return new OutboxRelay(wire, RETENTION);
    }

    @Bean("relay")
    HealthIndicator relayHealth(OutboxRelay relay) {
        return () -> {
            OutboxRelay.Status status = relay.status();
            return (status.running() ? Health.up() : Health.down())
                    .withDetail("carrier", status.carrier())
                    .withDetail("pending", status.pending())
                    .withDetail("oldest_age_ms", status.oldestAge().toMillis())
                    .withDetail("detail", status.detail())
                    .build();
        };
    }

    @Bean
    IdentitySigner identitySigner(@Value("${berth.identity-secret}") String secret, InstantSource clock) {
        return new IdentitySigner(secret, clock);
    }

    @Bean
    JsonMapperBuilderCustomizer json() {
        return Json::configure;
    }
}
