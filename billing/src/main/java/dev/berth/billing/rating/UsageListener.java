package dev.berth.billing.rating;

import static dev.berth.schema.db.billing.Tables.USAGE_PARTITION;

import dev.berth.schema.Cause;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps every version of every piece of use, and how far each partition is complete. Any order and any duplication of the
 * events gives the same effective pieces: a piece is its greatest revision.
 */
@Component
public final class UsageListener {
    /** Plain SQL, since it is run for every piece. */
    private static final String ADD = """
            insert into usage_piece (container_id, start_ms, revision, end_ms, account_id, workload_id, engine_id, interval_start,
                interval_end, cpu_millis, memory_mib, volume_gib, egress_bytes, billed, zero_reason, partition, ingested, event_id, operation, actor,
                caused_at)
            select * from unnest(?::uuid[], ?::bigint[], ?::integer[], ?::bigint[], ?::uuid[], ?::uuid[], ?::text[], ?::timestamptz[],
                ?::timestamptz[], ?::integer[], ?::integer[], ?::integer[], ?::bigint[], ?::boolean[], ?::text[], ?::integer[], ?::bigint[], ?::uuid[],
                ?::text[], ?::text[], ?::timestamptz[])
            on conflict do nothing
            """;

    /**
     * Writes a batch.
     *
     * @throws org.jooq.exception.DataAccessException if a piece is longer than an hour or ends before it starts
     */
    public void apply(DSLContext transaction, List<Received> events) {
        Map<Integer, List<Received>> pieces = new TreeMap<>();
        Map<Integer, Instant> watermarks = new TreeMap<>();
        for (Received received : events) {
            switch ((UsageEvent) received.envelope().event()) {
                case UsageRecorded _, UsageCorrected _, VolumeUsageRecorded _, VolumeUsageCorrected _ ->
                    pieces.computeIfAbsent(received.partition(), _ -> new ArrayList<>())
                            .add(received);
                case UsageBegun _ -> {} // no use; see RunningUse
                case WatermarkAdvanced(int onPartition, Instant watermark) ->
                    watermarks.merge(onPartition, watermark, (a, b) -> a.isAfter(b) ? a : b);
            }
        }
        pieces.forEach((partition, received) -> {
            long before = count(transaction, partition, received.size());
            List<Counted> counted = new ArrayList<>(received.size());
            for (Received one : received) {
                counted.add(Counted.of(one, before + counted.size() + 1));
            }
            add(transaction, counted);
        });
        RunningUse.apply(transaction, events);
        watermarks.forEach((partition, watermark) -> advance(transaction, partition, watermark));
    }

    /** Counts pieces of a partition; the row stays locked, so that what is counted becomes visible in order. */
    private static long count(DSLContext transaction, int partition, int pieces) {
        long after = transaction
                .insertInto(USAGE_PARTITION)
                .set(USAGE_PARTITION.PARTITION, partition)
                .set(USAGE_PARTITION.INGESTED, (long) pieces)
                .onConflict(USAGE_PARTITION.PARTITION)
                .doUpdate()
                .set(USAGE_PARTITION.INGESTED, USAGE_PARTITION.INGESTED.plus(pieces))
                .returning(USAGE_PARTITION.INGESTED)
                .fetchSingle()
                .getIngested();
        return after - pieces;
    }

    private static void advance(DSLContext transaction, int partition, Instant watermark) {
        transaction
                .insertInto(USAGE_PARTITION)
                .set(USAGE_PARTITION.PARTITION, partition)
                .set(USAGE_PARTITION.WATERMARK, watermark)
                .onConflict(USAGE_PARTITION.PARTITION)
                .doUpdate()
                .set(
                        USAGE_PARTITION.WATERMARK,
                        DSL.greatest(DSL.coalesce(USAGE_PARTITION.WATERMARK, DSL.val(watermark)), DSL.val(watermark)))
                .execute();
    }

    /**
     * A piece, the number under which its partition counts it, and who told of it.
     *
     * @param subject the container, or the volume
     * @param owner the workload, or the volume, which belongs to none
     */
    private record Counted(
            UUID subject,
            UUID owner,
            AccountId account,
            @Nullable String engineId,
            Instant intervalStart,
            @Nullable Instant intervalEnd,
            Instant start,
            Instant end,
            int cpuMillis,
            int memoryMib,
            int volumeGib,
            long egressBytes,
            boolean billed,
            @Nullable String zeroReason,
            int revision,
            Received received,
            long ingested) {
        static Counted of(Received received, long ingested) {
            return switch ((UsageEvent) received.envelope().event()) {
                case UsageRecorded piece -> of(piece, 0, received, ingested);
                case UsageCorrected piece ->
                    of(
                            new UsageRecorded(
                                    piece.account(),
                                    piece.workload(),
                                    piece.container(),
                                    piece.engineId(),
                                    piece.intervalStart(),
                                    piece.intervalEnd(),
                                    piece.start(),
                                    piece.end(),
                                    piece.cpuMillis(),
                                    piece.memoryMib(),
                                    piece.billed(),
                                    piece.zeroReason(),
                                    piece.egressBytes()),
                            piece.revision(),
                            received,
                            ingested);
                case VolumeUsageRecorded piece -> of(piece, 0, received, ingested);
                case VolumeUsageCorrected piece ->
                    of(
                            new VolumeUsageRecorded(
                                    piece.account(),
                                    piece.volume(),
                                    piece.intervalStart(),
                                    piece.intervalEnd(),
                                    piece.start(),
                                    piece.end(),
                                    piece.volumeGib(),
                                    piece.billed(),
                                    piece.zeroReason()),
                            piece.revision(),
                            received,
                            ingested);
                case WatermarkAdvanced _, UsageBegun _ ->
                    throw new IllegalArgumentException("a watermark or a beginning is no piece of use");
            };
        }

        private static Counted of(UsageRecorded piece, int revision, Received received, long ingested) {
            return new Counted(
                    piece.container().uuid(),
                    piece.workload().uuid(),
                    piece.account(),
                    piece.engineId(),
                    piece.intervalStart(),
                    piece.intervalEnd(),
                    piece.start(),
                    piece.end(),
                    piece.cpuMillis().value(),
                    piece.memoryMib().value(),
                    0,
                    Objects.requireNonNullElse(piece.egressBytes(), 0L),
                    piece.billed(),
                    piece.zeroReason(),
                    revision,
                    received,
                    ingested);
        }

        private static Counted of(VolumeUsageRecorded piece, int revision, Received received, long ingested) {
            return new Counted(
                    piece.volume().uuid(),
                    piece.volume().uuid(),
                    piece.account(),
                    null,
                    piece.intervalStart(),
                    piece.intervalEnd(),
                    piece.start(),
                    piece.end(),
                    0,
                    0,
                    piece.volumeGib(),
                    0,
                    piece.billed(),
                    piece.zeroReason(),
                    revision,
                    received,
                    ingested);
        }

        Cause cause() {
            return received.envelope().cause();
        }
    }

    private static void add(DSLContext transaction, List<Counted> counted) {
        transaction.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADD)) {
                new Columns<>(statement, counted)
                        .uuid(Counted::subject)
                        .int8(one -> one.start.toEpochMilli())
                        .int4(Counted::revision)
                        .int8(one -> one.end.toEpochMilli())
                        .uuid(one -> one.account.uuid())
                        .uuid(Counted::owner)
                        .text(Counted::engineId)
                        .instant(Counted::intervalStart)
                        .instant(Counted::intervalEnd)
                        .int4(Counted::cpuMillis)
                        .int4(Counted::memoryMib)
                        .int4(Counted::volumeGib)
                        .int8(Counted::egressBytes)
                        .bool(Counted::billed)
                        .text(Counted::zeroReason)
                        .int4(one -> one.received.partition())
                        .int8(Counted::ingested)
                        .uuid(one -> one.received.envelope().id().uuid())
                        .text(one -> one.cause().operation())
                        .text(one -> one.cause().actor())
                        .instant(one -> one.cause().at());
                statement.executeUpdate();
            }
        });
    }
}
