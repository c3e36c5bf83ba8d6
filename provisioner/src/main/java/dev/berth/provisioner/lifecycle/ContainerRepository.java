package dev.berth.provisioner.lifecycle;

import static dev.berth.schema.db.provisioner.Tables.CONTAINER;

import dev.berth.provisioner.engine.Size;
import dev.berth.schema.Cause;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.db.provisioner.tables.records.ContainerRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** The table {@code container}. Works inside the caller's transaction. Thread-safe. */
@Repository
public class ContainerRepository {
    /** The transaction that wrote a row as it is; PostgreSQL gives each row version that of its writer. */
    private static final Field<Long> VERSION = DSL.field("{0}.xmin::text::bigint", SQLDataType.BIGINT, CONTAINER);

    private static final List<String> LIVE =
            ContainerState.live().stream().map(ContainerState::text).toList();

    /** The container of an id as a caller gives it; one that is not theirs is as one that is not there. */
    public Optional<Container> find(DSLContext dsl, Identity caller, String id) {
        ContainerId container;
        try {
            container = ContainerId.parse(id);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return find(dsl, container)
                .filter(found -> caller.operator() || found.account().equals(caller.account()));
    }

    /** A container by its id. */
    public Optional<Container> find(DSLContext transaction, ContainerId id) {
        return transaction
                .selectFrom(CONTAINER)
                .where(CONTAINER.CONTAINER_ID.eq(id))
                .fetchOptional(ContainerRepository::read);
    }

    /** A container by its id, locked until the transaction ends. */
    public Optional<Container> lock(DSLContext transaction, ContainerId id) {
        return transaction
                .selectFrom(CONTAINER)
                .where(CONTAINER.CONTAINER_ID.eq(id))
                .forUpdate()
                .fetchOptional(ContainerRepository::read);
    }

    /** What still counts of a workload: live containers, and the latest run of each replica; oldest first. */
    public List<Container> standing(DSLContext transaction, WorkloadId workload) {
        return transaction
                .selectFrom(CONTAINER)
                .where(CONTAINER.WORKLOAD_ID.eq(workload), stands())
                .orderBy(CONTAINER.CONTAINER_ID)
                .fetch(ContainerRepository::read);
    }

    /** Which version of its row a container has: another one after each change. */
    public record Version(ContainerId container, long version) {}

    /** The same of all workloads, without their rows; oldest first. */
    public List<Version> standingVersions(DSLContext transaction) {
        return transaction
                .select(CONTAINER.CONTAINER_ID, VERSION)
                .from(CONTAINER)
                .where(stands())
                .orderBy(CONTAINER.CONTAINER_ID)
                .fetch(row -> new Version(row.value1(), row.value2()));
    }

    /** These, in any order; one that is not there is left out. */
    public List<Container> findAll(DSLContext transaction, Collection<ContainerId> ids) {
        return transaction
                .selectFrom(CONTAINER)
                .where(CONTAINER.CONTAINER_ID.in(ids))
                .fetch(ContainerRepository::read);
    }

    /** Those of some workloads that run, oldest first, at most so many. */
    public List<Container> running(DSLContext transaction, Collection<WorkloadId> workloads, int limit) {
        return transaction
                .selectFrom(CONTAINER)
                .where(
                        CONTAINER.WORKLOAD_ID.in(workloads),
                        CONTAINER.STATE.eq(ContainerState.RUNNING.text()),
                        CONTAINER.REMOVED_AT.isNull())
                .orderBy(CONTAINER.CONTAINER_ID)
                .limit(limit)
                .fetch(ContainerRepository::read);
    }

    private static Condition stands() {
        return CONTAINER.SUPERSEDED.isFalse().or(CONTAINER.REMOVED_AT.isNull());
    }

    /** What may be on a host's engine: live containers, and ended ones that were not removed there. */
    public List<Container> onEngine(DSLContext transaction, String host) {
        return transaction
                .selectFrom(CONTAINER)
                .where(CONTAINER.HOST.eq(host), CONTAINER.REMOVED_AT.isNull())
                .orderBy(CONTAINER.CONTAINER_ID)
                .fetch(ContainerRepository::read);
    }

    /** Whether anything of an account may be on the engine. */
    public boolean anyOnEngine(DSLContext transaction, AccountId account) {
        return transaction.fetchExists(CONTAINER, CONTAINER.ACCOUNT_ID.eq(account), CONTAINER.REMOVED_AT.isNull());
    }

    /**
     * What containers of an account take that are not over, those that are to end too, for they run until they have ended.
     */
    public record Taken(int containers, long cpuMillis, long memoryMib) {
        /** Without what some of them take. */
        public Taken without(List<Container> some) {
            long cpu = cpuMillis;
            long memory = memoryMib;
            for (Container container : some) {
                cpu -= Math.max(
                        container.size().cpuMillis().value(),
                        container.wanted().cpuMillis().value());
                memory -= Math.max(
                        container.size().memoryMib().value(),
                        container.wanted().memoryMib().value());
            }
            return new Taken(containers - some.size(), cpu, memory);
        }
    }

    /** What an account takes now. */
    public Taken taken(DSLContext transaction, AccountId account) {
        return transaction
                .select(
                        DSL.count(),
                        DSL.coalesce(
                                DSL.sum(DSL.greatest(CONTAINER.CPU_MILLIS, CONTAINER.WANT_CPU_MILLIS)), DSL.inline(0)),
                        DSL.coalesce(
                                DSL.sum(DSL.greatest(CONTAINER.MEMORY_MIB, CONTAINER.WANT_MEMORY_MIB)), DSL.inline(0)))
                .from(CONTAINER)
                .where(CONTAINER.ACCOUNT_ID.eq(account), CONTAINER.REMOVED_AT.isNull(), CONTAINER.STATE.in(LIVE))
                .fetchSingle(row -> new Taken(
                        row.value1(), row.value2().longValue(), row.value3().longValue()));
    }

    /** The images of containers that are on an engine, or will be. */
    public Set<String> images(DSLContext transaction) {
        return transaction
                .selectDistinct(CONTAINER.IMAGE_ID)
                .from(CONTAINER)
                .where(CONTAINER.REMOVED_AT.isNull(), CONTAINER.IMAGE_ID.isNotNull())
                .fetchSet(CONTAINER.IMAGE_ID);
    }

    /** The limits that live containers of a host have taken together: millicores and MiB. */
    public long[] taken(DSLContext transaction, String host) {
        return transaction
                .select(
                        DSL.coalesce(DSL.sum(CONTAINER.CPU_MILLIS), DSL.inline(0)),
                        DSL.coalesce(DSL.sum(CONTAINER.MEMORY_MIB), DSL.inline(0)))
                .from(CONTAINER)
                .where(CONTAINER.HOST.eq(host), CONTAINER.REMOVED_AT.isNull(), CONTAINER.STATE.in(LIVE))
                .fetchSingle(row ->
                        new long[] {row.value1().longValue(), row.value2().longValue()});
    }

    /** Behind a cursor, the newest first unless {@code oldestFirst}; conditions are added by the caller's filters that are not null. */
    public List<Container> page(
            DSLContext transaction,
            @Nullable AccountId account,
            @Nullable WorkloadId workload,
            @Nullable ContainerState state,
            boolean oldestFirst,
            @Nullable ContainerId after,
            int limit) {
        Condition behind = after == null
                ? DSL.noCondition()
                : oldestFirst ? CONTAINER.CONTAINER_ID.gt(after) : CONTAINER.CONTAINER_ID.lt(after);
        return transaction
                .selectFrom(CONTAINER)
                .where(
                        account == null ? DSL.noCondition() : CONTAINER.ACCOUNT_ID.eq(account),
                        workload == null ? DSL.noCondition() : CONTAINER.WORKLOAD_ID.eq(workload),
                        state == null ? DSL.noCondition() : CONTAINER.STATE.eq(state.text()),
                        behind)
                .orderBy(oldestFirst ? CONTAINER.CONTAINER_ID.asc() : CONTAINER.CONTAINER_ID.desc())
                .limit(limit)
                .fetch(ContainerRepository::read);
    }

    /** Writes a new row, and marks the earlier runs of its replica as superseded. */
    public void insert(DSLContext transaction, Container container) {
        transaction
                .update(CONTAINER)
                .set(CONTAINER.SUPERSEDED, true)
                .where(
                        CONTAINER.WORKLOAD_ID.eq(container.workload()),
                        CONTAINER.REPLICA.eq(container.target().replica()),
                        CONTAINER.SUPERSEDED.isFalse())
                .execute();
        ContainerRecord row = transaction.newRecord(CONTAINER);
        write(row, container);
        row.setContainerId(container.id());
        row.setWorkloadId(container.workload());
        row.setAccountId(container.account());
        row.setGeneration(container.target().generation());
        row.setRevision(container.target().revision());
        row.setRun(container.target().run());
        row.setReplica(container.target().replica());
        row.setAttempt(container.target().attempt());
        row.setFailures(container.target().failures());
        row.setRunSince(container.target().runSince());
        row.setName(container.name());
        row.setHost(container.host());
        row.setCause(json(container.cause()));
        row.setCreatedAt(container.createdAt());
        row.setChangedAt(container.createdAt());
        row.insert();
    }

    /** Marks all runs of a workload of which nothing is left, so that they are forgotten in time and no longer looked at. */
    public void supersede(DSLContext transaction, WorkloadId workload) {
        transaction
                .update(CONTAINER)
                .set(CONTAINER.SUPERSEDED, true)
                .where(CONTAINER.WORKLOAD_ID.eq(workload), CONTAINER.SUPERSEDED.isFalse())
                .execute();
    }

    /** Marks some that are over, so that they are forgotten in time and no longer looked at. */
    public void supersede(DSLContext transaction, List<ContainerId> over) {
        transaction
                .update(CONTAINER)
                .set(CONTAINER.SUPERSEDED, true)
                .where(CONTAINER.CONTAINER_ID.in(over), CONTAINER.REMOVED_AT.isNotNull())
                .execute();
    }

    /** When the first container of a run started; null when none has. */
    public @Nullable Instant runSince(DSLContext transaction, WorkloadId workload, long revision, long run) {
        return transaction
                .select(DSL.min(DSL.least(
                        DSL.coalesce(CONTAINER.STARTED_AT, CONTAINER.RUN_SINCE),
                        DSL.coalesce(CONTAINER.RUN_SINCE, CONTAINER.STARTED_AT))))
                .from(CONTAINER)
                .where(
                        CONTAINER.WORKLOAD_ID.eq(workload),
                        CONTAINER.REVISION.eq(revision),
                        CONTAINER.RUN.eq(run),
                        stands())
                .fetchOne(0, Instant.class);
    }

    /** Writes what changes in the life of a container. */
    public void update(DSLContext transaction, Container container, Instant now) {
        ContainerRecord row = transaction.newRecord(CONTAINER);
        write(row, container);
        row.setChangedAt(now);
        transaction
                .update(CONTAINER)
                .set(row)
                .where(CONTAINER.CONTAINER_ID.eq(container.id()))
                .execute();
    }

    /** Forgets runs that ended long ago and of which a newer one exists; answers how many. */
    public int forget(DSLContext transaction, Instant before) {
        return transaction
                .deleteFrom(CONTAINER)
                .where(CONTAINER.SUPERSEDED.isTrue(), CONTAINER.REMOVED_AT.isNotNull(), CONTAINER.CHANGED_AT.lt(before))
                .execute();
    }

    private static void write(ContainerRecord row, Container container) {
        row.setImage(container.image());
        row.setCpuMillis(container.size().cpuMillis().value());
        row.setMemoryMib(container.size().memoryMib().value());
        row.setWantCpuMillis(container.wanted().cpuMillis().value());
        row.setWantMemoryMib(container.wanted().memoryMib().value());
        row.setResizeRefused(container.resizeRefused());
        row.setState(container.state().text());
        row.setRank((short) container.state().rank());
        row.setDeadlineAt(container.deadlineAt());
        Container.Stopping stopping = container.stopping();
        if (stopping != null) {
            row.setIntention(stopping.reason().text());
            row.setIntendedAt(stopping.intendedAt());
            row.setGraceSeconds(stopping.graceSeconds());
            row.setKillAt(stopping.killAt());
            row.setStopCause(json(stopping.cause()));
        }
        Container.Life life = container.life();
        row.setEngineId(life.engineId());
        row.setImageId(life.imageId());
        row.setStartedAt(life.startedAt());
        row.setFinishedAt(life.finishedAt());
        row.setExitCode(life.exitCode());
        row.setOomKilled(life.oomKilled());
        StopReason reason = life.reason();
        row.setReason(reason == null ? null : reason.text());
        row.setCode(container.note().code());
        row.setMessage(container.note().message());
        row.setNextStartAt(container.note().nextStartAt());
        row.setSequence(container.sequence());
        Cause sizeCause = container.sizeCause();
        row.setSizeCause(sizeCause == null ? null : json(sizeCause));
        row.setLogsKept(container.logsKept());
        row.setRemovedAt(container.removedAt());
        row.setWantPaused(container.frozen().wanted());
        row.setPaused(container.frozen().is());
        row.setPauses(container.frozen().changes());
    }

    private static JSONB json(Cause cause) {
        return JSONB.valueOf(Json.mapper().writeValueAsString(cause));
    }

    private static Cause cause(JSONB json) {
        return Json.mapper().readValue(json.data(), Cause.class);
    }

    private static Container read(ContainerRecord row) {
        String intention = row.getIntention();
        String reason = row.getReason();
        JSONB sizeCause = row.getSizeCause();
        return new Container(
                row.getContainerId(),
                row.getAccountId(),
                row.getWorkloadId(),
                new Container.Target(
                        row.getGeneration(),
                        row.getRevision(),
                        row.getRun(),
                        row.getReplica(),
                        row.getAttempt(),
                        row.getFailures(),
                        row.getRunSince()),
                row.getName(),
                row.getHost(),
                row.getImage(),
                Size.of(row.getCpuMillis(), row.getMemoryMib()),
                Size.of(row.getWantCpuMillis(), row.getWantMemoryMib()),
                row.getResizeRefused(),
                ContainerState.of(row.getState()),
                row.getDeadlineAt(),
                intention == null
                        ? null
                        : new Container.Stopping(
                                StopReason.of(intention),
                                row.getIntendedAt(),
                                row.getGraceSeconds(),
                                row.getKillAt(),
                                cause(row.getStopCause())),
                new Container.Life(
                        row.getEngineId(),
                        row.getImageId(),
                        row.getStartedAt(),
                        row.getFinishedAt(),
                        row.getExitCode(),
                        row.getOomKilled(),
                        reason == null ? null : StopReason.of(reason)),
                new Container.Note(row.getCode(), row.getMessage(), row.getNextStartAt()),
                row.getSequence(),
                cause(row.getCause()),
                sizeCause == null ? null : cause(sizeCause),
                row.getLogsKept(),
                row.getRemovedAt(),
                row.getCreatedAt(),
                new Container.Frozen(row.getWantPaused(), row.getPaused(), row.getPauses()));
    }

    /** The states by their text; for filters of readers. */
    public static Optional<ContainerState> stateOf(String text) {
        return Arrays.stream(ContainerState.values())
                .filter(state -> state.text().equals(text))
                .findFirst();
    }
}
