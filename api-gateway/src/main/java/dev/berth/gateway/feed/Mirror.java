package dev.berth.gateway.feed;

import static dev.berth.schema.db.gateway.Tables.FEED_CONTAINER;
import static dev.berth.schema.db.gateway.Tables.FEED_ROLLOUT;
import static dev.berth.schema.db.gateway.Tables.FEED_WORKLOAD;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.when;

import dev.berth.gateway.workload.Observations;
import dev.berth.gateway.workload.Observed;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerPaused;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.db.gateway.tables.records.FeedContainerRecord;
import dev.berth.schema.db.gateway.tables.records.FeedRolloutRecord;
import dev.berth.schema.db.gateway.tables.records.FeedWorkloadRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Columns;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadEvent;
import dev.berth.schema.workload.WorkloadRemoved;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;

/** The latest wish and the latest containers of each workload, as the topics told of them. Thread-safe. */
@Repository
public class Mirror implements Observations {
    /** {@link LatestFact#merge} of what is stored and what is new. */
    private static final String LATEST = """
            insert into feed_container as c (container_id, account_id, workload_id, generation, replica, state, image, started_at,
                exit_code, reason, message, cpu_millis, memory_mib, sequence, changed_at)
            select * from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::bigint[], ?::integer[], ?::text[], ?::text[], ?::timestamptz[],
                ?::integer[], ?::text[], ?::text[], ?::integer[], ?::integer[], ?::bigint[], ?::timestamptz[])
            on conflict (container_id) do update set
                generation = greatest(c.generation, excluded.generation),
                replica = greatest(c.replica, excluded.replica),
                image = greatest(c.image, excluded.image),
                state = case when c.sequence < excluded.sequence then excluded.state else c.state end,
                started_at = case when c.sequence < excluded.sequence then excluded.started_at else c.started_at end,
                exit_code = case when c.sequence < excluded.sequence then excluded.exit_code else c.exit_code end,
                reason = case when c.sequence < excluded.sequence then excluded.reason else c.reason end,
                message = case when c.sequence < excluded.sequence then excluded.message else c.message end,
                cpu_millis = case when c.sequence < excluded.sequence then excluded.cpu_millis else c.cpu_millis end,
                memory_mib = case when c.sequence < excluded.sequence then excluded.memory_mib else c.memory_mib end,
                changed_at = case when c.sequence < excluded.sequence then excluded.changed_at else c.changed_at end,
                sequence = greatest(c.sequence, excluded.sequence)
            """;

    private final DSLContext db;

    Mirror(DSLContext db) {
        this.db = db;
    }

    /** A container that runs, and its size. */
    public record Running(WorkloadId workload, CpuMillis cpu, MemoryMib memory) {}

    /** Takes the facts of containers: whichever order they come in, the greatest sequence of a container holds. */
    void containers(DSLContext transaction, List<ContainerEvent> events) {
        Map<ContainerId, LatestFact> latest = new TreeMap<>(Comparator.comparing(ContainerId::uuid));
        List<ContainerResized> resized = new ArrayList<>();
        List<ContainerPaused> paused = new ArrayList<>();
        for (ContainerEvent event : events) {
            switch (event) {
                case ContainerStarted fact -> latest.merge(fact.container(), LatestFact.of(fact), LatestFact::merge);
                case ContainerStopped fact -> latest.merge(fact.container(), LatestFact.of(fact), LatestFact::merge);
                case LaunchFailed fact -> latest.merge(fact.container(), LatestFact.of(fact), LatestFact::merge);
                case ContainerResized fact -> resized.add(fact);
                case ContainerPaused fact -> paused.add(fact);
                case VolumeReady _, VolumeFailed _, VolumeDestroyed _, EgressMeasured _, Inventory _ -> {}
            }
        }
        if (!latest.isEmpty()) {
            write(transaction, List.copyOf(latest.values()));
        }
        resized.forEach(fact -> resize(transaction, fact));
        paused.forEach(fact -> pause(transaction, fact));
    }

    /** Takes the wishes, in their order. */
    void wishes(DSLContext transaction, List<WorkloadEvent> events) {
        transaction
                .batch(events.stream().map(event -> wish(transaction, event)).toList())
                .execute();
    }

    /** Takes what was told of rollouts: whichever order it comes in, the greatest sequence of a workload holds. */
    void rollouts(DSLContext transaction, List<RolloutObserved> facts) {
        var t = FEED_ROLLOUT;
        for (RolloutObserved fact : facts) {
            FeedRolloutRecord row = new FeedRolloutRecord(
                    fact.workload(),
                    fact.account(),
                    fact.generation(),
                    fact.revision(),
                    fact.servingRevision(),
                    fact.state().text(),
                    fact.updated(),
                    fact.ready(),
                    fact.message(),
                    fact.sequence(),
                    fact.occurredAt());
            transaction
                    .insertInto(t)
                    .set(row)
                    .onConflict(t.WORKLOAD_ID)
                    .doUpdate()
                    .set(row)
                    .where(t.SEQUENCE.lt(fact.sequence()))
                    .execute();
        }
    }

    private static void write(DSLContext transaction, List<LatestFact> facts) {
        transaction.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LATEST)) {
                new Columns<>(statement, facts)
                        .uuid(fact -> fact.container().uuid())
                        .uuid(fact -> fact.account().uuid())
                        .uuid(fact -> fact.workload().uuid())
                        .int8(LatestFact::generation)
                        .int4(LatestFact::replica)
                        .text(fact -> fact.state().text())
                        .text(LatestFact::image)
                        .instant(LatestFact::startedAt)
                        .int4OrNone(LatestFact::exitCode)
                        .text(LatestFact::reason)
                        .text(LatestFact::message)
                        .int4(LatestFact::cpuMillis)
                        .int4(LatestFact::memoryMib)
                        .int8(LatestFact::sequence)
                        .instant(LatestFact::changedAt);
                statement.executeUpdate();
            }
        });
    }

    private static void resize(DSLContext transaction, ContainerResized fact) {
        transaction
                .update(FEED_CONTAINER)
                .set(FEED_CONTAINER.CPU_MILLIS, fact.cpuMillis().value())
                .set(FEED_CONTAINER.MEMORY_MIB, fact.memoryMib().value())
                .set(FEED_CONTAINER.SEQUENCE, fact.sequence())
                .where(FEED_CONTAINER.CONTAINER_ID.eq(fact.container()))
                .and(FEED_CONTAINER.SEQUENCE.lt(fact.sequence()))
                .execute();
    }

    /** It has run for that: its start came before it on its partition, and what it is apart from that, other facts say. */
    private static void pause(DSLContext transaction, ContainerPaused fact) {
        transaction
                .update(FEED_CONTAINER)
                .set(FEED_CONTAINER.PAUSED, fact.paused())
                .set(FEED_CONTAINER.PAUSES, fact.change())
                .set(FEED_CONTAINER.CHANGED_AT, DSL.greatest(FEED_CONTAINER.CHANGED_AT, DSL.val(fact.changedAt())))
                .where(FEED_CONTAINER.CONTAINER_ID.eq(fact.container()))
                .and(FEED_CONTAINER.PAUSES.lt(fact.change()))
                .execute();
    }

    private static Query wish(DSLContext tx, WorkloadEvent event) {
        var t = FEED_WORKLOAD;
        return switch (event) {
            case WorkloadDesired wish ->
                tx.insertInto(t)
                        .set(blank(wish.workload(), wish.account(), wish.occurredAt()))
                        .set(t.KIND, wish.kind().text())
                        .set(t.GENERATION, wish.generation())
                        .set(t.REVISION, wish.revision())
                        .set(t.RUN, wish.run())
                        .set(t.STATE, wish.state().text())
                        .set(t.HELD_BY, wish.heldBy())
                        .set(t.REPLICAS, wish.replicas())
                        .set(t.RESTART, wish.restart().text())
                        .set(t.COMPLETIONS, wish.completions())
                        .onConflict(t.WORKLOAD_ID)
                        .doUpdate()
                        .set(t.RUN_AFTER, when(changesRun(wish), t.GENERATION).otherwise(t.RUN_AFTER))
                        .set(t.SUCCEEDED, when(changesRun(wish), 0).otherwise(t.SUCCEEDED))
                        .set(t.FAILED, when(changesRun(wish), 0).otherwise(t.FAILED))
                        .set(
                                t.FAILURE,
                                when(changesRun(wish), DSL.castNull(String.class))
                                        .otherwise(t.FAILURE))
                        .set(t.COMPLETIONS, wish.completions())
                        .set(t.KIND, wish.kind().text())
                        .set(t.GENERATION, wish.generation())
                        .set(t.REVISION, wish.revision())
                        .set(t.RUN, wish.run())
                        .set(t.STATE, wish.state().text())
                        .set(t.HELD_BY, wish.heldBy())
                        .set(t.REPLICAS, wish.replicas())
                        .set(t.RESTART, wish.restart().text())
                        .set(t.CHANGED_AT, wish.occurredAt())
                        .where(t.GENERATION.lt(wish.generation()));
            case WorkloadRemoved removed ->
                tx.insertInto(t)
                        .set(blank(removed.workload(), removed.account(), removed.occurredAt()))
                        .set(t.GENERATION, removed.generation())
                        .set(t.STATE, "removed")
                        .onConflict(t.WORKLOAD_ID)
                        .doUpdate()
                        .set(t.STATE, "removed")
                        .set(t.GENERATION, removed.generation())
                        .set(t.CHANGED_AT, removed.occurredAt())
                        .where(t.GENERATION.le(removed.generation()));
        };
    }

    private static Condition changesRun(WorkloadDesired wish) {
        return FEED_WORKLOAD.REVISION.ne(wish.revision()).or(FEED_WORKLOAD.RUN.ne(wish.run()));
    }

    private static FeedWorkloadRecord blank(WorkloadId workload, AccountId account, Instant at) {
        FeedWorkloadRecord row = new FeedWorkloadRecord();
        row.setWorkloadId(workload);
        row.setAccountId(account);
        row.setKind("");
        row.setGeneration(0L);
        row.setRevision(0L);
        row.setRun(0L);
        row.setRunAfter(0L);
        row.setState("running");
        row.setReplicas(0);
        row.setRestart("");
        row.setSucceeded(0);
        row.setFailed(0);
        row.setChangedAt(at);
        return row;
    }

    /**
     * Locks the rows of workloads, in one order, and makes those that are missing: so that of two transactions with a container of
     * a job each, the later one sees both.
     */
    void lock(DSLContext transaction, SortedMap<WorkloadId, AccountId> workloads, Instant now) {
        if (workloads.isEmpty()) {
            return;
        }
        transaction
                .batch(workloads.entrySet().stream()
                        .map(one -> transaction
                                .insertInto(FEED_WORKLOAD)
                                .set(blank(one.getKey(), one.getValue(), now))
                                .onConflictDoNothing())
                        .toList())
                .execute();
        transaction
                .select(FEED_WORKLOAD.WORKLOAD_ID)
                .from(FEED_WORKLOAD)
                .where(FEED_WORKLOAD.WORKLOAD_ID.in(workloads.keySet()))
                .orderBy(FEED_WORKLOAD.WORKLOAD_ID)
                .forUpdate()
                .execute();
    }

    /** Of some workloads that are locked, the jobs that are to run, with what became of their indices; it is written down, too. */
    List<Counted> counted(DSLContext transaction, Collection<WorkloadId> workloads) {
        List<Counted> jobs = transaction
                .selectFrom(FEED_WORKLOAD)
                .where(FEED_WORKLOAD.WORKLOAD_ID.in(workloads))
                .and(FEED_WORKLOAD.KIND.in("job", "cron"))
                .and(FEED_WORKLOAD.STATE.eq("running"))
                .orderBy(FEED_WORKLOAD.WORKLOAD_ID)
                .fetch(Mirror::read)
                .stream()
                .map(job -> Counted.of(job, latest(transaction, job)))
                .toList();
        for (Counted one : jobs) {
            transaction
                    .update(FEED_WORKLOAD)
                    .set(FEED_WORKLOAD.SUCCEEDED, one.job.counted().succeeded())
                    .set(FEED_WORKLOAD.FAILED, one.job.counted().failed())
                    .set(FEED_WORKLOAD.FAILURE, one.job.counted().failure())
                    .where(FEED_WORKLOAD.WORKLOAD_ID.eq(one.job.workload()))
                    .execute();
        }
        return jobs;
    }

    /** A job with what became of its indices, and whether it has come to its end. */
    record Counted(Wish job, boolean over) {
        private static Counted of(Wish job, List<Sighting> latest) {
            return new Counted(job.with(ObservedRules.count(job, latest)), ObservedRules.isFinished(job, latest));
        }
    }

    private static List<Sighting> latest(DSLContext transaction, Wish job) {
        var t = FEED_CONTAINER;
        return transaction
                .selectDistinct(t.asterisk())
                .on(t.REPLICA)
                .from(t)
                .where(t.WORKLOAD_ID.eq(job.workload()))
                .and(t.GENERATION.gt(job.runAfter()))
                .and(t.REPLICA.le(job.counted().completions()))
                .orderBy(t.REPLICA, t.CONTAINER_ID.desc())
                .fetchInto(t)
                .map(Mirror::read);
    }

    @Override
    public Map<WorkloadId, Observed> of(Collection<WorkloadId> workloads) {
        var w = FEED_WORKLOAD;
        var t = FEED_CONTAINER;
        Map<WorkloadId, Wish> wishes = db.selectFrom(w)
                .where(w.WORKLOAD_ID.in(workloads))
                .and(w.GENERATION.gt(0L))
                .fetchMap(w.WORKLOAD_ID, Mirror::read);
        var last = selectFrom(t)
                .where(t.WORKLOAD_ID.eq(w.WORKLOAD_ID))
                .and(t.STATE.ne("running"))
                .orderBy(t.CONTAINER_ID.desc())
                .limit(1)
                .asTable("last");
        Map<WorkloadId, List<Sighting>> sightings = db
                .selectFrom(t)
                .where(t.WORKLOAD_ID.in(workloads))
                .and(t.STATE.eq("running"))
                .fetch(Mirror::read)
                .stream()
                .collect(Collectors.groupingBy(Sighting::workload));
        db.select(last.fields())
                .from(w, lateral(last))
                .where(w.WORKLOAD_ID.in(workloads))
                .fetchInto(t)
                .forEach(row -> sightings
                        .computeIfAbsent(row.getWorkloadId(), id -> new ArrayList<>())
                        .add(read(row)));
        Map<WorkloadId, Observed> observed = new LinkedHashMap<>();
        for (WorkloadId workload : workloads) {
            Wish wish = wishes.get(workload);
            List<Sighting> seen = sightings.getOrDefault(workload, List.of());
            if (wish != null || !seen.isEmpty()) {
                observed.put(workload, ObservedRules.observe(wish, seen));
            }
        }
        db.selectFrom(FEED_ROLLOUT)
                .where(FEED_ROLLOUT.WORKLOAD_ID.in(observed.keySet()))
                .forEach(row -> observed.computeIfPresent(
                        row.getWorkloadId(),
                        (_, known) -> known.with(
                                new Observed.Rollout(
                                        row.getState(),
                                        row.getGeneration(),
                                        row.getRevision(),
                                        row.getServingRevision(),
                                        row.getUpdated(),
                                        row.getMessage()),
                                row.getReady())));
        return observed;
    }

    /** What runs of an account now. */
    public List<Running> running(AccountId account) {
        return db.select(FEED_CONTAINER.WORKLOAD_ID, FEED_CONTAINER.CPU_MILLIS, FEED_CONTAINER.MEMORY_MIB)
                .from(FEED_CONTAINER)
                .where(FEED_CONTAINER.ACCOUNT_ID.eq(account))
                .and(FEED_CONTAINER.STATE.eq("running"))
                .fetch(row -> new Running(row.value1(), CpuMillis.of(row.value2()), MemoryMib.of(row.value3())));
    }

    /** Deletes up to {@code limit} containers that stopped before an instant; how many they were. */
    int forget(Instant stoppedBefore, int limit) {
        return db.deleteFrom(FEED_CONTAINER)
                .where(FEED_CONTAINER.CONTAINER_ID.in(select(FEED_CONTAINER.CONTAINER_ID)
                        .from(FEED_CONTAINER)
                        .where(FEED_CONTAINER.STATE.ne("running"))
                        .and(FEED_CONTAINER.CHANGED_AT.lt(stoppedBefore))
                        .orderBy(FEED_CONTAINER.CHANGED_AT)
                        .limit(limit)
                        .forUpdate()
                        .skipLocked()))
                .execute();
    }

    private static Wish read(FeedWorkloadRecord row) {
        return new Wish(
                row.getWorkloadId(),
                row.getKind(),
                row.getGeneration(),
                row.getRunAfter(),
                row.getState(),
                row.getHeldBy(),
                row.getReplicas(),
                row.getRestart(),
                row.getChangedAt(),
                new Wish.Counted(
                        row.getCompletions() == null ? row.getReplicas() : row.getCompletions(),
                        row.getSucceeded(),
                        row.getFailed(),
                        row.getFailure()));
    }

    private static Sighting read(FeedContainerRecord row) {
        return new Sighting(
                row.getContainerId(),
                row.getWorkloadId(),
                row.getGeneration(),
                row.getReplica(),
                Sighting.State.of(row.getState()),
                row.getImage(),
                row.getExitCode(),
                row.getReason(),
                row.getMessage(),
                row.getCpuMillis(),
                row.getMemoryMib(),
                row.getChangedAt(),
                row.getPaused());
    }
}
