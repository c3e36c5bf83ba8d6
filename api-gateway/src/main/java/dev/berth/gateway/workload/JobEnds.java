package dev.berth.gateway.workload;

import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** What follows when jobs come to their end. */
final class JobEnds {
    private final WorkloadRepository repository;
    private final RunRepository runs;
    private final Quotas quotas;
    private final Outbox outbox;

    JobEnds(WorkloadRepository repository, RunRepository runs, Quotas quotas, Outbox outbox) {
        this.repository = repository;
        this.runs = runs;
        this.quotas = quotas;
        this.outbox = outbox;
    }

    /** Writes down how many indices of jobs have ended, those of a run that goes on too. */
    void count(DSLContext transaction, List<JobCount> jobs) {
        jobs.forEach(job -> runs.count(transaction, job));
    }

    void apply(DSLContext transaction, List<Workloads.Finished> jobs, Instant now) {
        Map<WorkloadId, Workloads.Finished> newest = new LinkedHashMap<>();
        jobs.forEach(job -> newest.merge(job.workload(), job, (a, b) -> a.generation() > b.generation() ? a : b));
        if (newest.isEmpty()) {
            return;
        }
        List<Outbox.Draft> drafts = new ArrayList<>();
        for (Wish wish : repository.lockAll(transaction, newest.keySet())) {
            Workloads.Finished end = newest.get(wish.id());
            if (end == null) {
                continue;
            }
            Wish finished = wish.finish(end.generation(), now);
            if (finished.equals(wish)) {
                continue;
            }
            Wish after = finished.spec().autoDestroy() ? finished.remove(now) : finished;
            repository.update(transaction, after);
            runs.ended(transaction, after.id(), end.well() ? "succeeded" : "failed", end.message(), now);
            quotas.release(transaction, after.account(), after.id().uuid());
            if (after.removedAt() != null) {
                drafts.add(new Outbox.Draft(after.event(), end.cause()));
            }
        }
        if (!drafts.isEmpty()) {
            outbox.appendAll(transaction, drafts);
        }
    }
}
