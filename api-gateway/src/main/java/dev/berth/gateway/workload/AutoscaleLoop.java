package dev.berth.gateway.workload;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lets services scale by themselves each interval. Every replica of the gateway asks for the turn, one gets it; one that is overtaken by
 * the next turn while it works changes nothing more.
 */
@Component
@EnableConfigurationProperties(AutoscaleProperties.class)
class AutoscaleLoop {
    /** As long as operations and the events of the feed are kept. */
    private static final Duration RETENTION = Duration.ofDays(90);

    private final DSLContext dsl;
    private final AutoscaleRepository repository;
    private final Autoscaler autoscaler;
    private final AutoscaleProperties properties;
    private final InstantSource clock;

    AutoscaleLoop(
            DSLContext dsl,
            AutoscaleRepository repository,
            Autoscaler autoscaler,
            AutoscaleProperties properties,
            InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.autoscaler = autoscaler;
        this.properties = properties;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void look() {
        Instant now = clock.instant();
        repository.takeTurn(dsl, now, properties.autoscaleInterval()).ifPresent(turn -> autoscaler.look(turn, now));
    }

    @Scheduled(initialDelay = 11, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void forget() {
        repository.forget(dsl, clock.instant().minus(RETENTION));
    }
}
