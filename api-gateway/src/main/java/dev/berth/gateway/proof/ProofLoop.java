package dev.berth.gateway.proof;

import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Answers who asked for a new password. Every replica may do it: each takes another one. */
@Component
class ProofLoop {
    private static final int AT_ONCE = 100;

    private final Proofs proofs;

    ProofLoop(Proofs proofs) {
        this.proofs = proofs;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void look() {
        for (int i = 0; i < AT_ONCE && proofs.answerOne(); i++) {
            // until nobody waits
        }
    }

    @Scheduled(initialDelay = 20, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void forget() {
        proofs.forget();
    }
}
