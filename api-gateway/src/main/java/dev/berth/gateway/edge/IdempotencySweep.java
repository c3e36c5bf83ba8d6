package dev.berth.gateway.edge;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Forgets answers after 48 hours. Every replica may do it. */
@Component
class IdempotencySweep {
    private final IdempotencyRepository repository;
    private final InstantSource clock;

    IdempotencySweep(IdempotencyRepository repository, InstantSource clock) {
        this.repository = repository;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 30, timeUnit = TimeUnit.MINUTES)
    void sweep() {
        repository.forgetOld(clock.instant());
    }
}
