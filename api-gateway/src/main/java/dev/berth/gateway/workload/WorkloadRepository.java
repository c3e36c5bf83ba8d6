package dev.berth.gateway.workload;

import static dev.berth.schema.db.gateway.Tables.AUTOSCALE;
import static dev.berth.schema.db.gateway.Tables.SPEND_CAP;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD;
import static dev.berth.schema.db.gateway.Tables.WORKLOAD_REVISION;

import dev.berth.gateway.edge.Paging;
import dev.berth.schema.cap.CapAction;
import dev.berth.schema.db.gateway.tables.records.WorkloadRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.NetworkUse;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.OrderField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Wishes. Each method works in whatever transaction the context is in. */
@Repository
class WorkloadRepository {
    private static final JSONB NOTHING = JSONB.valueOf("{}");
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<List<MountWish>> MOUNTS = new TypeReference<>() {};
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
    private static final TypeReference<List<NetworkUse>> NETWORKS = new TypeReference<>() {};

    void insert(DSLContext dsl, Wish wish) {
        dsl.insertInto(WORKLOAD).set(row(wish)).execute();
    }

    void update(DSLContext dsl, Wish wish) {
        dsl.update(WORKLOAD)
                .set(row(wish))
                .where(WORKLOAD.WORKLOAD_ID.eq(wish.id()))
                .execute();
    }

    /** How many wishes of an account are not removed, and whether one of them has a name. */
    record Crowd(int workloads, boolean nameTaken) {}

    Crowd crowd(DSLContext dsl, AccountId account, String name) {
        return dsl.select(DSL.count(), DSL.count().filterWhere(WORKLOAD.NAME.eq(name)))
                .from(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.eq(account).and(WORKLOAD.REMOVED_AT.isNull()))
                .fetchSingle(row -> new Crowd(row.value1(), row.value2() > 0));
    }

    Optional<Wish> find(DSLContext dsl, AccountId account, WorkloadId id) {
        return dsl.selectFrom(WORKLOAD)
                .where(WORKLOAD.WORKLOAD_ID.eq(id).and(WORKLOAD.ACCOUNT_ID.eq(account)))
                .fetchOptional(WorkloadRepository::wish);
    }

    Optional<Wish> lock(DSLContext dsl, AccountId account, WorkloadId id) {
        return dsl.selectFrom(WORKLOAD)
                .where(WORKLOAD.WORKLOAD_ID.eq(id).and(WORKLOAD.ACCOUNT_ID.eq(account)))
                .forUpdate()
                .fetchOptional(WorkloadRepository::wish);
    }

    /** Wishes, whosever. */
    List<Wish> all(DSLContext dsl, Collection<WorkloadId> ids) {
        return dsl.selectFrom(WORKLOAD).where(WORKLOAD.WORKLOAD_ID.in(ids)).fetch(WorkloadRepository::wish);
    }

    /** Services that scale by themselves and are to run, frozen ones not, whosever; those first that were not looked at for the longest. */
    List<Wish> autoscaled(DSLContext dsl, int limit) {
        return dsl.select(WORKLOAD.fields())
                .from(WORKLOAD)
                .leftJoin(AUTOSCALE)
                .on(AUTOSCALE.WORKLOAD_ID.eq(WORKLOAD.WORKLOAD_ID))
                .where(WORKLOAD.REMOVED_AT.isNull(), WORKLOAD.WANTED.eq("running"), WORKLOAD.HELD_BY.isNull())
                .and(WORKLOAD.PAUSED.isFalse())
                .and(DSL.condition("jsonb_typeof({0} -> 'autoscale') = 'object'", WORKLOAD.MANNER))
                .orderBy(AUTOSCALE.LOOKED_AT.asc().nullsFirst(), WORKLOAD.WORKLOAD_ID)
                .limit(limit)
                .fetch(row -> wish(row.into(WORKLOAD)));
    }

    /** Locks wishes in the order of their ids, which is the order in which all do. */
    List<Wish> lockAll(DSLContext dsl, Collection<WorkloadId> ids) {
        return dsl.selectFrom(WORKLOAD)
                .where(WORKLOAD.WORKLOAD_ID.in(ids))
                .orderBy(WORKLOAD.WORKLOAD_ID)
                .forUpdate()
                .fetch(WorkloadRepository::wish);
    }

    /** Locks all wishes of accounts that are not removed, in the order of their ids. */
    List<Wish> lockAllOf(DSLContext dsl, Collection<AccountId> accounts) {
        return dsl.selectFrom(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.in(accounts).and(WORKLOAD.REMOVED_AT.isNull()))
                .orderBy(WORKLOAD.WORKLOAD_ID)
                .forUpdate()
                .fetch(WorkloadRepository::wish);
    }

    /** The workloads of accounts that their own spend cap stops. */
    Set<WorkloadId> capped(DSLContext dsl, Collection<AccountId> accounts) {
        return dsl.select(SPEND_CAP.WORKLOAD_ID)
                .from(SPEND_CAP)
                .where(
                        SPEND_CAP.ACCOUNT_ID.in(accounts),
                        SPEND_CAP.WORKLOAD_ID.isNotNull(),
                        SPEND_CAP.REACHED.isTrue(),
                        SPEND_CAP.ACTION.eq(CapAction.STOP.text()))
                .fetchSet(SPEND_CAP.WORKLOAD_ID);
    }

    /** Forgets what the removed ones of an account were given, and how they came to be what they are. */
    void empty(DSLContext dsl, AccountId account) {
        var ofAccount = DSL.select(WORKLOAD.WORKLOAD_ID)
                .from(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.eq(account), WORKLOAD.REMOVED_AT.isNotNull());
        dsl.deleteFrom(WORKLOAD_REVISION)
                .where(WORKLOAD_REVISION.WORKLOAD_ID.in(ofAccount))
                .execute();
        dsl.deleteFrom(AUTOSCALE).where(AUTOSCALE.WORKLOAD_ID.in(ofAccount)).execute();
        dsl.update(WORKLOAD)
                .set(WORKLOAD.ENV, NOTHING)
                .set(WORKLOAD.LABELS, NOTHING)
                .set(WORKLOAD.MANNER, NOTHING)
                .set(WORKLOAD.COMMAND, new String[0])
                .set(WORKLOAD.ARGS, new String[0])
                .where(WORKLOAD.ACCOUNT_ID.eq(account), WORKLOAD.REMOVED_AT.isNotNull())
                .execute();
    }

    /** A page of an account's, and the first of the next. */
    List<Wish> list(
            DSLContext dsl,
            AccountId account,
            Workloads.Filter filter,
            WorkloadOrder order,
            WorkloadOrder.@Nullable Place after,
            Paging paging) {
        Condition where = WORKLOAD.ACCOUNT_ID.eq(account).and(state(filter.state()));
        if (filter.name() != null) {
            where = where.and(WORKLOAD.NAME.eq(filter.name()));
        }
        if (filter.namePrefix() != null) {
            where = where.and(WORKLOAD.NAME.startsWith(filter.namePrefix()));
        }
        if (filter.kind() != null) {
            where = where.and(WORKLOAD.KIND.eq(filter.kind()));
        }
        if (filter.label() != null) {
            where = where.and(label(filter.label()));
        }
        if (after != null) {
            where = where.and(behind(order, after));
        }
        return dsl.selectFrom(WORKLOAD)
                .where(where)
                .orderBy(fields(order))
                .limit(paging.limit() + 1)
                .fetch(WorkloadRepository::wish);
    }

    /** What each workload of an account is started after, by their names. */
    Map<String, List<String>> dependencies(DSLContext dsl, AccountId account) {
        return dsl.select(WORKLOAD.NAME, WORKLOAD.MANNER)
                .from(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.eq(account).and(WORKLOAD.REMOVED_AT.isNull()))
                .fetchMap(
                        WORKLOAD.NAME,
                        row -> Json.mapper()
                                .readValue(row.get(WORKLOAD.MANNER).data(), Manner.class)
                                .dependsOn());
    }

    /**
     * A workload that mounts volumes.
     *
     * @param stopped whether no container of it is wished now
     */
    record Mounting(WorkloadId id, String name, boolean stopped, List<MountWish> mounts) {}

    /** The workloads of an account that mount volumes; nothing else of them is read. */
    List<Mounting> mounting(DSLContext dsl, AccountId account) {
        Condition resting =
                WORKLOAD.WANTED.eq("stopped").or(WORKLOAD.HELD_BY.isNotNull()).or(WORKLOAD.FINISHED.isTrue());
        return dsl.select(
                        WORKLOAD.WORKLOAD_ID,
                        WORKLOAD.NAME,
                        DSL.field(resting),
                        DSL.field("{0} -> 'volumes'", JSONB.class, WORKLOAD.MANNER))
                .from(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.eq(account).and(WORKLOAD.REMOVED_AT.isNull()))
                .and(DSL.condition("jsonb_array_length(coalesce({0} -> 'volumes', '[]')) > 0", WORKLOAD.MANNER))
                .orderBy(WORKLOAD.WORKLOAD_ID)
                .fetch(row -> new Mounting(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        Json.mapper().readValue(row.value4().data(), MOUNTS)));
    }

    /** A workload that uses secrets. */
    record Holding(WorkloadId id, String name, List<String> secrets) {}

    /** The workloads of an account that use secrets, with the names of these; nothing else of them is read. */
    List<Holding> holding(DSLContext dsl, AccountId account) {
        return dsl.select(
                        WORKLOAD.WORKLOAD_ID,
                        WORKLOAD.NAME,
                        DSL.field("jsonb_path_query_array({0}, '$.secrets[*].name')", JSONB.class, WORKLOAD.MANNER))
                .from(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.eq(account).and(WORKLOAD.REMOVED_AT.isNull()))
                .and(DSL.condition("jsonb_array_length(coalesce({0} -> 'secrets', '[]')) > 0", WORKLOAD.MANNER))
                .orderBy(WORKLOAD.WORKLOAD_ID)
                .fetch(row -> new Holding(
                        row.value1(),
                        row.value2(),
                        Json.mapper().readValue(row.value3().data(), NAMES)));
    }

    /** The workloads of an account that name networks; nothing else of them is read. */
    List<NetworkRules.Member> networked(DSLContext dsl, AccountId account) {
        return dsl.select(WORKLOAD.NAME, DSL.field("{0} -> 'networks'", JSONB.class, WORKLOAD.MANNER))
                .from(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.eq(account).and(WORKLOAD.REMOVED_AT.isNull()))
                .and(DSL.condition("jsonb_array_length(coalesce({0} -> 'networks', '[]')) > 0", WORKLOAD.MANNER))
                .orderBy(WORKLOAD.WORKLOAD_ID)
                .fetch(row -> new NetworkRules.Member(
                        row.value1(), Json.mapper().readValue(row.value2().data(), NETWORKS)));
    }

    /** The image of a workload. */
    record Imaged(WorkloadId id, String name, String image) {}

    /** The images of an account's workloads that are not removed. */
    List<Imaged> images(DSLContext dsl, AccountId account) {
        return dsl.select(WORKLOAD.WORKLOAD_ID, WORKLOAD.NAME, WORKLOAD.IMAGE)
                .from(WORKLOAD)
                .where(WORKLOAD.ACCOUNT_ID.eq(account).and(WORKLOAD.REMOVED_AT.isNull()))
                .orderBy(WORKLOAD.WORKLOAD_ID)
                .fetch(row -> new Imaged(row.value1(), row.value2(), row.value3()));
    }

    /** What comes behind a place in an order. */
    private static Condition behind(WorkloadOrder order, WorkloadOrder.Place place) {
        if (order.byName()) {
            var here = DSL.row(WORKLOAD.NAME, WORKLOAD.WORKLOAD_ID);
            return order.descending() ? here.lt(place.name(), place.id()) : here.gt(place.name(), place.id());
        }
        return order.descending() ? WORKLOAD.WORKLOAD_ID.lt(place.id()) : WORKLOAD.WORKLOAD_ID.gt(place.id());
    }

    private static List<OrderField<?>> fields(WorkloadOrder order) {
        OrderField<?> id = order.descending() ? WORKLOAD.WORKLOAD_ID.desc() : WORKLOAD.WORKLOAD_ID.asc();
        OrderField<?> name = order.descending() ? WORKLOAD.NAME.desc() : WORKLOAD.NAME.asc();
        return order.byName() ? List.of(name, id) : List.of(id);
    }

    private static Condition state(@Nullable String state) {
        Condition running = WORKLOAD.WANTED.eq("running").and(WORKLOAD.HELD_BY.isNull());
        return switch (state) {
            case null -> WORKLOAD.REMOVED_AT.isNull();
            case "running" -> WORKLOAD.REMOVED_AT.isNull().and(running);
            case "stopped" -> WORKLOAD.REMOVED_AT.isNull().and(DSL.not(running));
            case "removed" -> WORKLOAD.REMOVED_AT.isNotNull();
            default -> DSL.falseCondition();
        };
    }

    private static Condition label(String label) {
        int colon = label.indexOf(':');
        if (colon < 0) {
            return DSL.condition("jsonb_exists({0}, {1})", WORKLOAD.LABELS, DSL.val(label));
        }
        return DSL.condition(
                "{0} ->> {1} = {2}",
                WORKLOAD.LABELS, DSL.val(label.substring(0, colon)), DSL.val(label.substring(colon + 1)));
    }

    private static WorkloadRecord row(Wish wish) {
        Spec spec = wish.spec();
        WorkloadRecord row = new WorkloadRecord();
        row.setWorkloadId(wish.id());
        row.setAccountId(wish.account());
        row.setName(spec.name());
        row.setKind(spec.kind().text());
        row.setGeneration(wish.generation());
        row.setRevision(wish.revision());
        row.setRun(wish.run());
        row.setWanted(wish.wanted().text());
        row.setHeldBy(wish.heldBy());
        row.setFreshGeneration(wish.freshGeneration());
        row.setFinished(wish.finished());
        row.setPaused(wish.paused());
        row.setImage(spec.image());
        row.setCommand(spec.command().toArray(String[]::new));
        row.setArgs(spec.args().toArray(String[]::new));
        row.setEnv(json(spec.env()));
        row.setCpuMillis(spec.cpuMillis().value());
        row.setMemoryMib(spec.memoryMib().value());
        row.setReplicas(spec.replicas());
        row.setPorts(spec.ports().toArray(Integer[]::new));
        row.setRestart(spec.restart().text());
        row.setMaxRuntimeS(spec.maxRuntimeS());
        row.setStopGraceS(spec.stopGraceS());
        row.setAutoDestroy(spec.autoDestroy());
        row.setReadOnlyRoot(spec.readOnlyRoot());
        row.setLabels(json(spec.labels()));
        row.setManner(JSONB.valueOf(Json.mapper().writeValueAsString(spec.manner())));
        row.setLastRevision(wish.lastRevision());
        row.setCreatedAt(wish.createdAt());
        row.setUpdatedAt(wish.updatedAt());
        row.setRemovedAt(wish.removedAt());
        return row;
    }

    private static Wish wish(WorkloadRecord row) {
        Spec spec = new Spec(
                row.getName(),
                WorkloadKind.of(row.getKind()),
                row.getImage(),
                List.of(row.getCommand()),
                List.of(row.getArgs()),
                texts(row.getEnv()),
                new CpuMillis(row.getCpuMillis()),
                new MemoryMib(row.getMemoryMib()),
                row.getReplicas(),
                List.of(row.getPorts()),
                RestartPolicy.of(row.getRestart()),
                row.getMaxRuntimeS(),
                row.getStopGraceS(),
                row.getAutoDestroy(),
                row.getReadOnlyRoot(),
                texts(row.getLabels()),
                Json.mapper().readValue(row.getManner().data(), Manner.class));
        return new Wish(
                row.getWorkloadId(),
                row.getAccountId(),
                spec,
                row.getGeneration(),
                row.getRevision(),
                row.getLastRevision(),
                row.getRun(),
                DesiredState.of(row.getWanted()),
                row.getHeldBy(),
                row.getFreshGeneration(),
                row.getFinished(),
                row.getPaused(),
                row.getCreatedAt(),
                row.getUpdatedAt(),
                row.getRemovedAt());
    }

    private static JSONB json(Map<String, String> texts) {
        return JSONB.valueOf(Json.mapper().writeValueAsString(texts));
    }

    private static Map<String, String> texts(JSONB json) {
        return Json.mapper().readValue(json.data(), TEXTS);
    }
}
