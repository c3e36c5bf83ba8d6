package dev.berth.gateway.workload;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.Cause;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Begins runs of crons; each in one transaction that locks as {@link Workloads} does. Thread-safe. */
@Component
class DueRuns {
    /** When a schedule has no more times. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final WorkloadRepository repository;
    private final RunRepository runs;
    private final Accounts accounts;
    private final Quotas quotas;
    private final Outbox outbox;
    private final Funds funds;

    DueRuns(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            WorkloadRepository repository,
            RunRepository runs,
            Accounts accounts,
            Quotas quotas,
            Outbox outbox,
            Funds funds) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.runs = runs;
        this.accounts = accounts;
        this.quotas = quotas;
        this.outbox = outbox;
        this.funds = funds;
    }

    /**
     * Begins the run of a cron that is due, if it still is: under the lock of its wish, so that of several callers one does.
     *
     * @throws Refusal if the quota or the standing of its account does not allow it; nothing is changed then
     */
    void begin(RunRepository.Due due, Instant now, Cause cause) {
        transaction.executeWithoutResult(_ -> {
            var standing = accounts.holdStanding(dsl, due.account());
            quotas.lock(dsl, due.account());
            Optional<Wish> found = repository.lock(dsl, due.account(), due.workload());
            Optional<RunRepository.Slot> slot = runs.slot(dsl, due.workload());
            Schedule schedule =
                    found.map(wish -> wish.spec().manner().schedule()).orElse(null);
            if (found.isEmpty() || slot.isEmpty() || schedule == null) {
                runs.unschedule(dsl, due.workload());
                return;
            }
            Wish wish = found.get();
            Instant nextAt = slot.get().nextAt();
            Instant queuedAt = slot.get().queuedAt();
            Instant latest = nextAt.isAfter(now) ? null : schedule.latest(nextAt, now);
            Instant dueAt = latest == null ? queuedAt : latest;
            Instant after = schedule.after(now).orElse(now.plus(NEVER));
            switch (CronRules.decide(schedule, latest, queuedAt, !wish.finished(), now)) {
                case NOTHING -> {}
                case QUEUE -> runs.move(dsl, wish.id(), after, latest);
                case SKIP_MISSED -> {
                    runs.left(dsl, wish.id(), RunRepository.Left.skipped("its time was missed", dueAt), cause, now);
                    runs.move(dsl, wish.id(), after, queuedAt);
                }
                case SKIP_OVERLAP -> {
                    runs.left(
                            dsl, wish.id(), RunRepository.Left.skipped("the run before it goes on", dueAt), cause, now);
                    runs.move(dsl, wish.id(), after, queuedAt);
                }
                case RUN -> {
                    standing.allowRunning();
                    Wish next = wish.runAgain(now);
                    funds.allow(wish, next, true);
                    Workloads.claim(dsl, quotas, next);
                    repository.update(dsl, next);
                    runs.began(dsl, next, "schedule", dueAt, cause, now);
                    runs.move(dsl, wish.id(), after, null);
                    outbox.append(dsl, next.event(), cause);
                }
            }
        });
    }

    /** Writes down that a due run was refused; its next time is tried again. */
    void leave(RunRepository.Due due, String why, Instant now, Cause cause) {
        transaction.executeWithoutResult(_ -> {
            Optional<Wish> wish = repository.lock(dsl, due.account(), due.workload());
            Optional<RunRepository.Slot> slot = runs.slot(dsl, due.workload());
            Schedule schedule =
                    wish.map(found -> found.spec().manner().schedule()).orElse(null);
            if (slot.isPresent() && schedule != null) {
                runs.left(
                        dsl,
                        due.workload(),
                        new RunRepository.Left("refused", why, slot.get().nextAt()),
                        cause,
                        now);
                runs.move(dsl, due.workload(), schedule.after(now).orElse(now.plus(NEVER)), null);
            }
        });
    }
}
