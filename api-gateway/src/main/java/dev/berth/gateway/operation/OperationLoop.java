package dev.berth.gateway.operation;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Ends operations that are through or late, and forgets old ones. Where nothing goes on a look is one probe of an index. */
@Component
class OperationLoop {
    private final Operations operations;
    private final InstantSource clock;

    OperationLoop(Operations operations, InstantSource clock) {
        this.operations = operations;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void look() {
        operations.settle(clock.instant());
    }

    @Scheduled(initialDelay = 10, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void forget() {
        operations.forget(clock.instant());
    }
}
