package dev.berth.provisioner.reconcile;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets output and runs that are older than what is kept. */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final Tenure tenure;
    private final Rooms rooms;
    private final Duration logRetention;
    private final Duration containerRetention;

    Sweeper(Tenure tenure, Rooms rooms, Duration logRetention, Duration containerRetention) {
        this.tenure = tenure;
        this.rooms = rooms;
        this.logRetention = logRetention;
        this.containerRetention = containerRetention;
    }

    /** One sweep, where this replica acts. */
    void sweep() {
        if (!tenure.held()) {
            return;
        }
        int[] forgotten = tenure.write(tx -> {
            Instant now = tx.now();
            return new int[] {
                rooms.keptLogs().forget(tx.dsl(), now.minus(logRetention)),
                rooms.containers().forget(tx.dsl(), now.minus(containerRetention))
            };
        });
        if (forgotten[0] + forgotten[1] > 0) {
            LOG.info("Forgot the output of {} and {} runs, which are past their retention", forgotten[0], forgotten[1]);
        }
    }
}
