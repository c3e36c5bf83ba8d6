package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineProperties;
import dev.berth.provisioner.engine.ImageProperties;
import dev.berth.provisioner.placement.HostRepository;
import dev.berth.provisioner.tenant.TenantProperties;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Puts the reconciler together. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ReconcileConfiguration {
    /** The name of the lease. */
    static final String LEASE = "berth_provisioner";

    @Bean
    HostClock hostClock(InstantSource clock) {
        return new HostClock(clock);
    }

    @Bean
    Tenure tenure(DSLContext dsl, Wire wire, Outbox outbox, HostClock clock) {
        return new Tenure(dsl, new Lease(wire, LEASE, Tenure.TERM), outbox, clock);
    }

    @Bean
    EngineHost engineHost(ContainerEngine engine, HostRepository hosts, DSLContext dsl, HostClock clock) {
        return new EngineHost(engine, hosts, dsl, clock);
    }

    @Bean
    Signalled signalled(HostClock clock) {
        return new Signalled(clock);
    }

    @Bean
    Reconciler reconciler(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            HostClock clock,
            EngineHost host,
            Signalled signalled,
            ReconcileSettings settings) {
        return new Reconciler(tenure, engine, rooms, clock, host, settings, signalled, new EngineProbe(engine));
    }

    @Bean
    ReconcileSettings reconcileSettings(
            ReconcileProperties properties, EngineProperties engine, TenantProperties tenants, ImageProperties images) {
        return properties.settings(engine, tenants, images);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    ReconcileLoop reconcileLoop(
            Reconciler reconciler,
            Tenure tenure,
            HostClock clock,
            MeterRegistry meters,
            ReconcileProperties properties) {
        return new ReconcileLoop(reconciler, tenure, clock, meters, properties.inventoryInterval());
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Hints hints(DataSource dataSource, ContainerEngine engine, ReconcileLoop loop, Signalled signalled) {
        return new Hints(dataSource, engine, loop, signalled);
    }

    @Bean
    Sweeper sweeper(Tenure tenure, Rooms rooms, ReconcileProperties properties) {
        return new Sweeper(tenure, rooms, properties.logRetention(), properties.containerRetention());
    }
}
