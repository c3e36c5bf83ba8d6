package dev.berth.metering.interval;

import static dev.berth.schema.db.metering.Tables.FACT;
import static dev.berth.schema.db.metering.Tables.USAGE_INTERVAL;

import dev.berth.metering.inventory.Place;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Reads intervals with their causes. */
public final class IntervalReader {
    private static final Field<String> ENGINE_ID = DSL.field(
            "(select e.engine_id from fact e where e.container_id = usage_interval.container_id and e.engine_id is not null"
                    + " order by e.sequence limit 1)",
            String.class);

    /** Which intervals of an account; null leaves a condition out. */
    public record Query(
            AccountId account,
            @Nullable WorkloadId workload,
            @Nullable ContainerId container,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /** Where a page begins: after this interval; {@code end} is null among those that run. */
    public record After(@Nullable Instant end, ContainerId container, Instant start) {}

    private IntervalReader() {}

    /** All intervals of these containers. */
    public static List<Interval> load(DSLContext tx, Collection<ContainerId> containers) {
        return select(tx, DSL.condition("usage_interval.container_id = any(?::uuid[])", (Object)
                        containers.stream().map(ContainerId::uuid).toArray(UUID[]::new)))
                .fetch(IntervalReader::read);
    }

    /** Containers with an interval that is open and began before an instant. */
    public static Set<ContainerId> open(DSLContext tx, Instant before) {
        return tx
                .select(USAGE_INTERVAL.CONTAINER_ID)
                .from(USAGE_INTERVAL)
                .where(USAGE_INTERVAL.FINISHED_AT.isNull(), USAGE_INTERVAL.STARTED_AT.lt(before))
                .fetch(USAGE_INTERVAL.CONTAINER_ID)
                .stream()
                .collect(Collectors.toSet());
    }

    /** Containers with an open interval on a host, of one partition. */
    static Set<ContainerId> openAt(DSLContext tx, Place place) {
        return tx
                .select(USAGE_INTERVAL.CONTAINER_ID)
                .from(USAGE_INTERVAL)
                .where(
                        USAGE_INTERVAL.FINISHED_AT.isNull(),
                        USAGE_INTERVAL.PARTITION.eq(place.partition()),
                        USAGE_INTERVAL.HOST.eq(place.host()))
                .fetch(USAGE_INTERVAL.CONTAINER_ID)
                .stream()
                .collect(Collectors.toSet());
    }

    /** Intervals in the order in which they ended, those that run last. */
    public static List<Interval> page(DSLContext tx, Query query, @Nullable After after, int limit) {
        Condition condition = USAGE_INTERVAL.ACCOUNT_ID.eq(query.account());
        if (query.workload() != null) {
            condition = condition.and(USAGE_INTERVAL.WORKLOAD_ID.eq(query.workload()));
        }
        if (query.container() != null) {
            condition = condition.and(USAGE_INTERVAL.CONTAINER_ID.eq(query.container()));
        }
        if (query.from() != null) {
            condition =
                    condition.and(USAGE_INTERVAL.FINISHED_AT.gt(query.from()).or(USAGE_INTERVAL.FINISHED_AT.isNull()));
        }
        if (query.to() != null) {
            condition = condition.and(USAGE_INTERVAL.STARTED_AT.lt(query.to()));
        }
        if (after != null) {
            condition = condition.and(beyond(after));
        }
        return select(tx, condition)
                .orderBy(
                        USAGE_INTERVAL.FINISHED_AT.asc().nullsLast(),
                        USAGE_INTERVAL.CONTAINER_ID.asc(),
                        USAGE_INTERVAL.STARTED_AT.asc())
                .limit(limit)
                .fetch(IntervalReader::read);
    }

    private static Condition beyond(After after) {
        Condition sameEnd =
                DSL.row(USAGE_INTERVAL.CONTAINER_ID, USAGE_INTERVAL.STARTED_AT).gt(after.container(), after.start());
        if (after.end() == null) {
            return USAGE_INTERVAL.FINISHED_AT.isNull().and(sameEnd);
        }
        return USAGE_INTERVAL
                .FINISHED_AT
                .gt(after.end())
                .or(USAGE_INTERVAL.FINISHED_AT.eq(after.end()).and(sameEnd))
                .or(USAGE_INTERVAL.FINISHED_AT.isNull());
    }

    private static SelectConditionStep<Record> select(DSLContext tx, Condition condition) {
        return tx.select(USAGE_INTERVAL.fields())
                .select(FACT.OPERATION, FACT.ACTOR, FACT.CAUSED_AT, FACT.TRACEPARENT, ENGINE_ID)
                .from(USAGE_INTERVAL)
                .join(FACT)
                .on(FACT.CONTAINER_ID.eq(USAGE_INTERVAL.CONTAINER_ID), FACT.SEQUENCE.eq(USAGE_INTERVAL.SEQUENCE))
                .where(condition);
    }

    private static Interval read(Record row) {
        int cpuMillis = row.get(USAGE_INTERVAL.CPU_MILLIS);
        int memoryMib = row.get(USAGE_INTERVAL.MEMORY_MIB);
        int volumeGib = row.get(USAGE_INTERVAL.VOLUME_GIB);
        String zeroReason = row.get(USAGE_INTERVAL.ZERO_REASON);
        return new Interval(
                row.get(USAGE_INTERVAL.CONTAINER_ID),
                row.get(USAGE_INTERVAL.ACCOUNT_ID),
                row.get(USAGE_INTERVAL.WORKLOAD_ID),
                row.get(USAGE_INTERVAL.PARTITION),
                row.get(USAGE_INTERVAL.HOST),
                row.get(ENGINE_ID),
                row.get(USAGE_INTERVAL.STARTED_AT),
                row.get(USAGE_INTERVAL.FINISHED_AT),
                cpuMillis == 0 && volumeGib == 0 ? null : new Size(cpuMillis, memoryMib, volumeGib),
                zeroReason == null ? null : ZeroReason.of(zeroReason),
                Objects.requireNonNull(row.get(USAGE_INTERVAL.SEQUENCE)),
                new Cause(
                        row.get(FACT.OPERATION),
                        row.get(FACT.ACTOR),
                        row.get(FACT.CAUSED_AT),
                        row.get(FACT.TRACEPARENT)));
    }
}
