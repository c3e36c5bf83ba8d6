package dev.berth.provisioner.rollout;

import static dev.berth.schema.db.provisioner.Tables.ROLLOUT;

import dev.berth.schema.db.provisioner.tables.records.RolloutRecord;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record2;
import org.springframework.stereotype.Repository;

/** The table {@code rollout}. Works inside the caller's transaction. Thread-safe. */
@Repository
public class RolloutRepository {
    /** How a workload stands; empty when it was not looked at so far. */
    public Optional<Progress> find(DSLContext transaction, WorkloadId workload) {
        return transaction
                .selectFrom(ROLLOUT)
                .where(ROLLOUT.WORKLOAD_ID.eq(workload))
                .fetchOptional(RolloutRepository::read);
    }

    /** These, in any order. */
    public List<Progress> findAll(DSLContext transaction, Collection<WorkloadId> workloads) {
        return transaction
                .selectFrom(ROLLOUT)
                .where(ROLLOUT.WORKLOAD_ID.in(workloads))
                .fetch(RolloutRepository::read);
    }

    /** When each was written last; cheap, for finding out what changed. */
    public List<Record2<WorkloadId, Instant>> changes(DSLContext transaction) {
        return transaction
                .select(ROLLOUT.WORKLOAD_ID, ROLLOUT.CHANGED_AT)
                .from(ROLLOUT)
                .fetch();
    }

    /** Writes it. */
    public void put(DSLContext transaction, Progress progress, Instant now) {
        RolloutRecord row = transaction.newRecord(ROLLOUT);
        row.setWorkloadId(progress.workload());
        row.setAccountId(progress.account());
        row.setGeneration(progress.generation());
        row.setRevision(progress.revision());
        row.setRun(progress.run());
        row.setState(progress.state().text());
        row.setServing(
                progress.serving() == null
                        ? null
                        : JSONB.valueOf(Json.mapper().writeValueAsString(progress.serving())));
        row.setBegunAt(progress.begunAt());
        row.setWaitedMs(progress.waited().toMillis());
        row.setWaitingSince(progress.waitingSince());
        row.setMessage(progress.message());
        row.setUpdated(progress.updated());
        row.setReady(progress.ready());
        row.setSequence(progress.sequence());
        row.setChangedAt(now);
        transaction
                .insertInto(ROLLOUT)
                .set(row)
                .onConflict(ROLLOUT.WORKLOAD_ID)
                .doUpdate()
                .set(row)
                .execute();
    }

    /** Forgets a workload of which nothing is left. */
    public void forget(DSLContext transaction, WorkloadId workload) {
        transaction.deleteFrom(ROLLOUT).where(ROLLOUT.WORKLOAD_ID.eq(workload)).execute();
    }

    private static Progress read(RolloutRecord row) {
        return new Progress(
                row.getWorkloadId(),
                row.getAccountId(),
                row.getGeneration(),
                row.getRevision(),
                row.getRun(),
                RolloutState.of(row.getState()),
                row.getServing() == null
                        ? null
                        : Json.mapper().readValue(row.getServing().data(), WorkloadDesired.class),
                row.getBegunAt(),
                Duration.ofMillis(row.getWaitedMs()),
                row.getWaitingSince(),
                row.getMessage(),
                row.getUpdated(),
                row.getReady(),
                row.getSequence());
    }
}
