package dev.berth.metering.interval;

import static dev.berth.schema.db.metering.Tables.FINDING;
import static dev.berth.schema.db.metering.Tables.USAGE_INTERVAL;

import dev.berth.metering.interval.IntervalChange.Part;
import dev.berth.metering.interval.Intervals.Derived;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.CopyRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Writes intervals, findings and the log of what is due. By COPY and statements that take arrays: a handful a batch. */
final class IntervalRepository {
    /** The first key of the advisory locks of partitions; the second is the partition. */
    static final int PARTITION_LOCK = 0x4d455452;

    private IntervalRepository() {}

    /**
     * Locks partitions for the rest of the transaction, so that facts of one container are never applied by two at once: not by
     * the consumer and a replay, not by two replicas while a partition moves. In ascending order, so nobody deadlocks.
     */
    static void lock(DSLContext tx, Collection<Integer> partitions) {
        tx.execute(
                "select pg_advisory_xact_lock(?, p) from (select p from unnest(?::integer[]) p order by p) s",
                PARTITION_LOCK,
                partitions.stream().sorted().distinct().toArray(Integer[]::new));
    }

    /** Applies changes of intervals and marks their containers as due. */
    static void write(DSLContext tx, List<IntervalChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<ContainerId> rewritten = changes.stream()
                .filter(IntervalChange::rewritten)
                .map(IntervalChange::container)
                .toList();
        if (!rewritten.isEmpty()) {
            tx.deleteFrom(USAGE_INTERVAL)
                    .where(USAGE_INTERVAL.CONTAINER_ID.in(rewritten))
                    .execute();
        }
        end(
                tx,
                changes.stream()
                        .filter(change -> !change.rewritten())
                        .flatMap(change -> change.ended().stream())
                        .toList());
        add(tx, changes.stream().flatMap(change -> change.added().stream()).toList());
        due(tx, changes);
    }

    private static void end(DSLContext tx, List<Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        tx.execute(
                """
                update usage_interval i set finished_at = at_ms(u.finished_at), part = u.part
                from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::smallint[]) as u(container_id, started_at, finished_at, part)
                where i.container_id = u.container_id and i.started_at = at_ms(u.started_at)
                """,
                column(parts, UUID[]::new, p -> p.interval().container().uuid()),
                column(parts, Long[]::new, p -> p.interval().start().toEpochMilli()),
                column(parts, Long[]::new, p -> endMs(p.interval())),
                column(parts, Short[]::new, p -> (short) p.number()));
    }

    private static void add(DSLContext tx, List<Part> parts) {
        CopyRows rows = new CopyRows(
                "usage_interval",
                "container_id",
                "started_at",
                "finished_at",
                "account_id",
                "workload_id",
                "partition",
                "cpu_millis",
                "memory_mib",
                "volume_gib",
                "zero_reason",
                "sequence",
                "host",
                "part");
        for (Part part : parts) {
            Interval interval = part.interval();
            Size size = interval.size();
            ZeroReason zeroReason = interval.zeroReason();
            rows.row()
                    .uuid(interval.container().uuid())
                    .instant(interval.start())
                    .instant(interval.end())
                    .uuid(interval.account().uuid())
                    .uuid(interval.workload().uuid())
                    .int4(interval.partition())
                    .int4(size == null ? 0 : size.cpuMillis())
                    .int4(size == null ? 0 : size.memoryMib())
                    .int4(size == null ? 0 : size.volumeGib())
                    .text(zeroReason == null ? null : zeroReason.text())
                    .int8(interval.sequence())
                    .text(interval.host())
                    .int2(part.number());
        }
        rows.into(tx);
    }

    private static void due(DSLContext tx, List<IntervalChange> changes) {
        CopyRows rows = new CopyRows("due", "partition", "container_id", "changed_from");
        for (IntervalChange change : changes) {
            rows.row().int4(change.partition()).uuid(change.container().uuid()).instant(change.from());
        }
        rows.into(tx);
    }

    /** Marks containers as due from when on their meters of egress stand elsewhere. */
    static void due(DSLContext tx, Map<ContainerId, Instant> from, Map<ContainerId, Integer> partitionOf) {
        CopyRows rows = new CopyRows("due", "partition", "container_id", "changed_from");
        from.forEach((container, at) -> rows.row()
                .int4(partitionOf.getOrDefault(container, 0))
                .uuid(container.uuid())
                .instant(at));
        rows.into(tx);
    }

    private static @Nullable Long endMs(Interval interval) {
        return interval.end() == null ? null : interval.end().toEpochMilli();
    }

    /** Makes the stored findings of a container from those before into those after; rare. */
    static void writeFindings(DSLContext tx, List<Finding> before, List<Finding> after) {
        Set<Finding> gone = new HashSet<>(before);
        after.forEach(gone::remove);
        List<Finding> added = new ArrayList<>(after);
        added.removeAll(before);
        for (Finding finding : gone) {
            tx.deleteFrom(FINDING)
                    .where(
                            FINDING.CONTAINER_ID.eq(finding.container()),
                            FINDING.KIND.eq(finding.kind().text()),
                            FINDING.FROM_AT.eq(finding.from()))
                    .execute();
        }
        for (Finding finding : added) {
            tx.insertInto(FINDING)
                    .set(FINDING.CONTAINER_ID, finding.container())
                    .set(FINDING.KIND, finding.kind().text())
                    .set(FINDING.FROM_AT, finding.from())
                    .set(FINDING.TO_AT, finding.to())
                    .set(FINDING.ACCOUNT_ID, finding.account())
                    .set(FINDING.WORKLOAD_ID, finding.workload())
                    .set(FINDING.DETAIL, finding.detail())
                    .execute();
        }
    }

    /** How many rows each of these containers has. */
    static Map<ContainerId, Integer> count(DSLContext tx, Collection<ContainerId> containers) {
        return tx.select(USAGE_INTERVAL.CONTAINER_ID, DSL.count())
                .from(USAGE_INTERVAL)
                .where(USAGE_INTERVAL.CONTAINER_ID.in(containers))
                .groupBy(USAGE_INTERVAL.CONTAINER_ID)
                .fetchMap(USAGE_INTERVAL.CONTAINER_ID, DSL.count());
    }

    /** Replaces all of a container's rows by what is derived, and marks it as due from its beginning; for the rebuild. */
    static void replace(DSLContext tx, ContainerId container, Derived derived, List<Interval> was) {
        tx.deleteFrom(USAGE_INTERVAL)
                .where(USAGE_INTERVAL.CONTAINER_ID.eq(container))
                .execute();
        add(tx, Part.all(derived.intervals()));
        tx.deleteFrom(FINDING).where(FINDING.CONTAINER_ID.eq(container)).execute();
        writeFindings(tx, List.of(), derived.findings());
        int partition = Stream.concat(derived.intervals().stream(), was.stream())
                .findFirst()
                .map(Interval::partition)
                .orElse(0);
        due(tx, List.of(new IntervalChange(container, partition, Instant.EPOCH, true, List.of(), List.of())));
    }

    private static <T, C> Object column(List<T> rows, IntFunction<C[]> array, Function<T, C> of) {
        return rows.stream().map(of).toArray(array);
    }
}
