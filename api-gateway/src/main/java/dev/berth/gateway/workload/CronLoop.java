package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.Cause;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Begins the runs of crons when they are due. Every replica may do it: each due time is taken under the lock of its wish, so one of
 * them has the effect. What is refused (quota, standing) is written into the history of the cron and tried again at its next time.
 */
@Component
class CronLoop {
    private static final Logger LOG = LoggerFactory.getLogger(CronLoop.class);
    private static final int AT_ONCE = 100;

    private final DSLContext dsl;
    private final RunRepository runs;
    private final DueRuns dueRuns;
    private final InstantSource clock;

    CronLoop(DSLContext dsl, RunRepository runs, DueRuns dueRuns, InstantSource clock) {
        this.dsl = dsl;
        this.runs = runs;
        this.dueRuns = dueRuns;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 1000, fixedDelay = 1000, timeUnit = TimeUnit.MILLISECONDS)
    void look() {
        look(clock.instant());
    }

    /** Begins what is due at a time. */
    void look(Instant now) {
        for (RunRepository.Due due : runs.due(dsl, now, AT_ONCE)) {
            Cause cause = Cause.platform(now);
            try {
                dueRuns.begin(due, now, cause);
            } catch (Refusal e) {
                LOG.atInfo()
                        .addKeyValue("workload", due.workload())
                        .log("A cron did not run: {}", e.problem().detail());
                dueRuns.leave(due, e.problem().detail(), now, cause);
            }
        }
    }
}
