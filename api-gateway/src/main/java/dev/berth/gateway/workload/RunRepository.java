package dev.berth.gateway.workload;

import static dev.berth.schema.db.gateway.Tables.WORKLOAD_RUN;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD_SCHEDULE;

import dev.berth.schema.Cause;
import dev.berth.schema.db.gateway.tables.records.WorkloadRunRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** When crons are due, and what became of runs. Each method works in whatever transaction the context is in. */
@Repository
class RunRepository {
    /** How many runs of a workload are kept. */
    static final int KEPT = 100;

    /** A cron that is due, or whose queued run can begin. */
    record Due(WorkloadId workload, AccountId account) {}

    /** When a cron is due. */
    record Slot(Instant nextAt, @Nullable Instant queuedAt) {}

    /** Crons that are due, or have a run that waits for another; the longest due first. */
    List<Due> due(DSLContext dsl, Instant now, int limit) {
        return dsl.select(WORKLOAD_SCHEDULE.WORKLOAD_ID, WORKLOAD_SCHEDULE.ACCOUNT_ID)
                .from(WORKLOAD_SCHEDULE)
                .where(WORKLOAD_SCHEDULE.NEXT_AT.le(now).or(WORKLOAD_SCHEDULE.QUEUED_AT.isNotNull()))
                .orderBy(WORKLOAD_SCHEDULE.NEXT_AT)
                .limit(limit)
                .fetch(row -> new Due(row.value1(), row.value2()));
    }

    Optional<Slot> slot(DSLContext dsl, WorkloadId workload) {
        return dsl.selectFrom(WORKLOAD_SCHEDULE)
                .where(WORKLOAD_SCHEDULE.WORKLOAD_ID.eq(workload))
                .forUpdate()
                .fetchOptional(row -> new Slot(row.getNextAt(), row.getQueuedAt()));
    }

    /** Keeps the times of a cron in step with its wish. */
    void schedule(DSLContext dsl, Wish wish, @Nullable Wish before, Instant now) {
        Schedule schedule = wish.spec().manner().schedule();
        if (schedule == null) {
            return;
        }
        boolean goes = wish.removedAt() == null && wish.wanted() == dev.berth.schema.workload.DesiredState.RUNNING;
        Optional<Instant> next = goes ? schedule.after(now) : Optional.empty();
        if (next.isEmpty()) {
            dsl.deleteFrom(WORKLOAD_SCHEDULE)
                    .where(WORKLOAD_SCHEDULE.WORKLOAD_ID.eq(wish.id()))
                    .execute();
            return;
        }
        boolean same = before != null
                && schedule.equals(before.spec().manner().schedule())
                && before.wanted() == wish.wanted();
        var insert = dsl.insertInto(WORKLOAD_SCHEDULE)
                .set(WORKLOAD_SCHEDULE.WORKLOAD_ID, wish.id())
                .set(WORKLOAD_SCHEDULE.ACCOUNT_ID, wish.account())
                .set(WORKLOAD_SCHEDULE.NEXT_AT, next.get())
                .onConflict(WORKLOAD_SCHEDULE.WORKLOAD_ID);
        if (same) {
            insert.doNothing().execute();
        } else {
            insert.doUpdate()
                    .set(WORKLOAD_SCHEDULE.NEXT_AT, next.get())
                    .setNull(WORKLOAD_SCHEDULE.QUEUED_AT)
                    .execute();
        }
    }

    void move(DSLContext dsl, WorkloadId workload, Instant nextAt, @Nullable Instant queuedAt) {
        dsl.update(WORKLOAD_SCHEDULE)
                .set(WORKLOAD_SCHEDULE.NEXT_AT, nextAt)
                .set(WORKLOAD_SCHEDULE.QUEUED_AT, queuedAt)
                .where(WORKLOAD_SCHEDULE.WORKLOAD_ID.eq(workload))
                .execute();
    }

    void unschedule(DSLContext dsl, WorkloadId workload) {
        dsl.deleteFrom(WORKLOAD_SCHEDULE)
                .where(WORKLOAD_SCHEDULE.WORKLOAD_ID.eq(workload))
                .execute();
    }

    /** A run that began. What ran before it was ended by that. */
    void began(DSLContext dsl, Wish wish, String trigger, @Nullable Instant dueAt, Cause cause, Instant now) {
        ended(dsl, wish.id(), "stopped", "another run took its place", now);
        WorkloadRunRecord row = row(wish.id(), trigger, dueAt, cause, now);
        row.setRun(wish.run());
        row.setGeneration(wish.generation());
        row.setState("running");
        row.setCompletions(wish.spec().completions());
        row.setSucceeded(0);
        row.setFailed(0);
        insert(dsl, row);
    }

    /** Why a run never began: {@code skipped} or {@code refused}. */
    record Left(String state, String why, @Nullable Instant dueAt) {
        static Left skipped(String why, @Nullable Instant dueAt) {
            return new Left("skipped", why, dueAt);
        }
    }

    /** A run that never began. */
    void left(DSLContext dsl, WorkloadId workload, Left left, Cause cause, Instant now) {
        WorkloadRunRecord row = row(workload, "schedule", left.dueAt(), cause, now);
        row.setState(left.state());
        row.setMessage(left.why());
        insert(dsl, row);
    }

    /** The run that goes on has ended. */
    void ended(DSLContext dsl, WorkloadId workload, String state, @Nullable String message, Instant now) {
        dsl.update(WORKLOAD_RUN)
                .set(WORKLOAD_RUN.STATE, state)
                .set(WORKLOAD_RUN.MESSAGE, message)
                .set(WORKLOAD_RUN.FINISHED_AT, now)
                .where(WORKLOAD_RUN.WORKLOAD_ID.eq(workload).and(WORKLOAD_RUN.STATE.eq("running")))
                .execute();
    }

    /** How many indices have ended of the latest run that had begun by a generation; a run of before they were counted has none. */
    void count(DSLContext dsl, JobCount counted) {
        WorkloadId workload = counted.workload();
        dsl.update(WORKLOAD_RUN)
                .set(WORKLOAD_RUN.COMPLETIONS, counted.completions())
                .set(WORKLOAD_RUN.SUCCEEDED, counted.succeeded())
                .set(WORKLOAD_RUN.FAILED, counted.failed())
                .where(WORKLOAD_RUN.WORKLOAD_ID.eq(workload))
                .and(WORKLOAD_RUN.COMPLETIONS.isNotNull())
                .and(WORKLOAD_RUN.NUMBER.eq(DSL.field(DSL.select(DSL.max(WORKLOAD_RUN.NUMBER))
                        .from(WORKLOAD_RUN)
                        .where(WORKLOAD_RUN.WORKLOAD_ID.eq(workload))
                        .and(WORKLOAD_RUN.GENERATION.le(counted.generation())))))
                .execute();
    }

    /** The newest first. */
    List<RunView> list(DSLContext dsl, WorkloadId workload) {
        return dsl.selectFrom(WORKLOAD_RUN)
                .where(WORKLOAD_RUN.WORKLOAD_ID.eq(workload))
                .orderBy(WORKLOAD_RUN.NUMBER.desc())
                .limit(KEPT)
                .fetch(row -> new RunView(
                        row.getRun(),
                        row.getTrigger(),
                        row.getDueAt(),
                        row.getState(),
                        row.getMessage(),
                        row.getCompletions(),
                        row.getSucceeded(),
                        row.getFailed(),
                        row.getActor(),
                        row.getOperation(),
                        row.getStartedAt(),
                        row.getFinishedAt()));
    }

    private static WorkloadRunRecord row(
            WorkloadId workload, String trigger, @Nullable Instant dueAt, Cause cause, Instant now) {
        WorkloadRunRecord row = new WorkloadRunRecord();
        row.setWorkloadId(workload);
        row.setTrigger(trigger);
        row.setDueAt(dueAt);
        row.setActor(cause.actor());
        row.setOperation(cause.operation());
        row.setStartedAt(now);
        return row;
    }

    private static void insert(DSLContext dsl, WorkloadRunRecord row) {
        dsl.insertInto(WORKLOAD_RUN).set(row).execute();
        WorkloadId workload = row.getWorkloadId();
        dsl.deleteFrom(WORKLOAD_RUN)
                .where(WORKLOAD_RUN.WORKLOAD_ID.eq(workload))
                .and(WORKLOAD_RUN.NUMBER.le(DSL.field(DSL.select(WORKLOAD_RUN.NUMBER)
                        .from(WORKLOAD_RUN)
                        .where(WORKLOAD_RUN.WORKLOAD_ID.eq(workload))
                        .orderBy(WORKLOAD_RUN.NUMBER.desc())
                        .offset(KEPT)
                        .limit(1))))
                .execute();
    }
}
