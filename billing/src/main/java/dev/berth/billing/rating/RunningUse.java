package dev.berth.billing.rating;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.usage.UsageBegun;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageEvent;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.VolumeUsageCorrected;
import dev.berth.schema.usage.VolumeUsageRecorded;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.Columns;
import dev.berth.schema.wire.Received;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what runs, from the events of use in their order: an interval goes on that began or was told without an end, and has ended when
 * one of its pieces says so. Written with the pieces, so that whoever reads both in one snapshot counts nothing twice.
 */
final class RunningUse {
    private static final String GOES_ON = """
            insert into running_use as r (container_id, account_id, workload_id, partition, interval_start, told_ms, cpu_millis,
                memory_mib, volume_gib)
            select * from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::integer[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[],
                ?::integer[])
            on conflict (container_id) do update set workload_id = excluded.workload_id, interval_start = excluded.interval_start,
                told_ms = case when r.interval_start = excluded.interval_start then greatest(r.told_ms, excluded.told_ms)
                               else excluded.told_ms end,
                cpu_millis = excluded.cpu_millis, memory_mib = excluded.memory_mib, volume_gib = excluded.volume_gib
            where r.interval_start <= excluded.interval_start
            """;

    private static final String ENDED = """
            delete from running_use r using unnest(?::uuid[], ?::bigint[]) as e(container_id, interval_start)
            where r.container_id = e.container_id and r.interval_start <= e.interval_start
            """;

    private RunningUse() {}

    /**
     * The last that was told of a container or volume.
     *
     * @param toldMs up to where; null when the interval has ended
     */
    private record Last(
            UUID subject,
            AccountId account,
            UUID owner,
            int partition,
            long intervalStart,
            @Nullable Long toldMs,
            int cpuMillis,
            int memoryMib,
            int volumeGib) {

        /** What holds of two, the later told second: of another interval the later one, of the same the end, or else the farther. */
        Last then(Last next) {
            if (next.intervalStart != intervalStart) {
                return next.intervalStart > intervalStart ? next : this;
            }
            if (toldMs == null || next.toldMs == null) {
                return next; // the end, or an end that was taken back: a missing stop that was none
            }
            return next.toldMs >= toldMs ? next : this;
        }
    }

    /** Takes a batch, after its pieces are written. */
    static void apply(DSLContext transaction, List<Received> events) {
        TreeMap<UUID, Last> last = new TreeMap<>();
        for (Received received : events) {
            Last told = of((UsageEvent) received.envelope().event(), received.partition());
            if (told != null) {
                last.merge(told.subject(), told, Last::then);
            }
        }
        List<Last> ended =
                last.values().stream().filter(one -> one.toldMs() == null).toList();
        List<Last> goOn =
                last.values().stream().filter(one -> one.toldMs() != null).toList();
        if (!ended.isEmpty()) {
            transaction.connection(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
                    new Columns<>(statement, ended).uuid(Last::subject).int8(Last::intervalStart);
                    statement.executeUpdate();
                }
            });
        }
        if (!goOn.isEmpty()) {
            write(transaction, goOn);
        }
    }

    private static void write(DSLContext transaction, Collection<Last> goOn) {
        transaction.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(GOES_ON)) {
                new Columns<>(statement, List.copyOf(goOn))
                        .uuid(Last::subject)
                        .uuid(one -> one.account().uuid())
                        .uuid(Last::owner)
                        .int4(Last::partition)
                        .int8(Last::intervalStart)
                        .int8(one -> one.toldMs() == null ? one.intervalStart() : one.toldMs())
                        .int4(Last::cpuMillis)
                        .int4(Last::memoryMib)
                        .int4(Last::volumeGib);
                statement.executeUpdate();
            }
        });
    }

    private static @Nullable Last of(UsageEvent event, int partition) {
        return switch (event) {
            case UsageBegun begun ->
                new Last(
                        begun.container().uuid(),
                        begun.account(),
                        begun.workload().uuid(),
                        partition,
                        begun.intervalStart().toEpochMilli(),
                        begun.intervalStart().toEpochMilli(),
                        begun.cpuMillis().value(),
                        begun.memoryMib().value(),
                        0);
            case UsageRecorded piece ->
                new Last(
                        piece.container().uuid(),
                        piece.account(),
                        piece.workload().uuid(),
                        partition,
                        piece.intervalStart().toEpochMilli(),
                        told(piece.start(), piece.end(), piece.intervalEnd(), piece.billed()),
                        piece.cpuMillis().value(),
                        piece.memoryMib().value(),
                        0);
            case UsageCorrected piece ->
                new Last(
                        piece.container().uuid(),
                        piece.account(),
                        piece.workload().uuid(),
                        partition,
                        piece.intervalStart().toEpochMilli(),
                        told(piece.start(), piece.end(), piece.intervalEnd(), piece.billed()),
                        piece.cpuMillis().value(),
                        piece.memoryMib().value(),
                        0);
            case VolumeUsageRecorded piece ->
                new Last(
                        piece.volume().uuid(),
                        piece.account(),
                        piece.volume().uuid(),
                        partition,
                        piece.intervalStart().toEpochMilli(),
                        told(piece.start(), piece.end(), piece.intervalEnd(), piece.billed()),
                        0,
                        0,
                        piece.volumeGib());
            case VolumeUsageCorrected piece ->
                new Last(
                        piece.volume().uuid(),
                        piece.account(),
                        piece.volume().uuid(),
                        partition,
                        piece.intervalStart().toEpochMilli(),
                        told(piece.start(), piece.end(), piece.intervalEnd(), piece.billed()),
                        0,
                        0,
                        piece.volumeGib());
            case WatermarkAdvanced _ -> null;
        };
    }

    /** Up to where a piece tells of an interval that goes on; null when it has ended, costs nothing, or was withdrawn. */
    private static @Nullable Long told(Instant start, Instant end, @Nullable Instant intervalEnd, boolean billed) {
        return intervalEnd == null && billed && end.isAfter(start) ? end.toEpochMilli() : null;
    }
}
