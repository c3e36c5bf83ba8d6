package dev.berth.provisioner.reconcile;

import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Readiness of the engine and of the loop: the truth about whether wishes come true now. */
@Component("engine")
class EngineHealth implements HealthIndicator {
    private static final Duration STALE = Duration.ofSeconds(60);

    private final EngineHost host;
    private final ReconcileLoop loop;
    private final Tenure tenure;
    private final Sweeper sweeper;
    private final HostClock clock;

    EngineHealth(EngineHost host, ReconcileLoop loop, Tenure tenure, Sweeper sweeper, HostClock clock) {
        this.host = host;
        this.loop = loop;
        this.tenure = tenure;
        this.sweeper = sweeper;
        this.clock = clock;
    }

    @Override
    public Health health() {
        ReconcileLoop.Status status = loop.status();
        Instant last = status.lastRunAt();
        boolean stale = status.acting() && last != null && last.plus(STALE).isBefore(clock.instant());
        Health.Builder health = host.reachable() && !stale ? Health.up() : Health.down();
        health.withDetail("engine", host.why()).withDetail("reconciles", status.acting());
        if (last != null) {
            health.withDetail("last_run_at", last.toString());
        }
        String error = status.lastError();
        if (error != null) {
            health.withDetail("last_error", error);
        }
        return health.build();
    }

    /** A replica that does not act has no other way to know whether the engine answers. */
    @Scheduled(fixedDelay = 5_000)
    void probe() {
        if (!tenure.held()) {
            try {
                host.refresh();
            } catch (dev.berth.provisioner.engine.EngineException e) {
                host.lost(e);
            }
        }
    }

    /** Retention. */
    @Scheduled(initialDelay = 60_000, fixedDelay = 600_000)
    void sweep() {
        sweeper.sweep();
    }
}
