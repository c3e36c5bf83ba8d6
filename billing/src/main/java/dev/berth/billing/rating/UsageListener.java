package dev.berth.billing.rating;

import static dev.berth.schema.db.billing.Tables.USAGE_PARTITION;
import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.UsagePieceRecord;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageEvent;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.Received;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Component;

/**
 * Keeps every version of every piece of use, and how far each partition is complete. Any order and any duplication of the
 * events gives the same effective pieces: a piece is its greatest revision.
 */
@Component
public final class UsageListener {
    private static final int ROWS = 500;

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
                case UsageRecorded _, UsageCorrected _ ->
                    pieces.computeIfAbsent(received.partition(), _ -> new ArrayList<>())
                            .add(received);
                case WatermarkAdvanced(int onPartition, Instant watermark) ->
                    watermarks.merge(onPartition, watermark, (a, b) -> a.isAfter(b) ? a : b);
            }
        }
        List<UsagePieceRecord> rows = new ArrayList<>(events.size());
        pieces.forEach((partition, received) -> {
            long ingested = count(transaction, partition, received.size());
            for (Received one : received) {
                rows.add(row(one, ++ingested));
            }
        });
        for (int from = 0; from < rows.size(); from += ROWS) {
            transaction
                    .insertInto(USAGE_PIECE)
                    .set(rows.subList(from, Math.min(from + ROWS, rows.size())))
                    .onConflictDoNothing()
                    .execute();
        }
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

    private static UsagePieceRecord row(Received received, long ingested) {
        Cause cause = received.envelope().cause();
        UsagePieceRecord row = new UsagePieceRecord();
        switch ((UsageEvent) received.envelope().event()) {
            case UsageRecorded piece -> {
                row.setAccountId(piece.account());
                row.setWorkloadId(piece.workload());
                row.setContainerId(piece.container());
                row.setEngineId(piece.engineId());
                row.setIntervalStart(piece.intervalStart());
                row.setIntervalEnd(piece.intervalEnd());
                row.setStartMs(piece.start().toEpochMilli());
                row.setEndMs(piece.end().toEpochMilli());
                row.setCpuMillis(piece.cpuMillis().value());
                row.setMemoryMib(piece.memoryMib().value());
                row.setBilled(piece.billed());
                row.setZeroReason(piece.zeroReason());
                row.setRevision(0);
            }
            case UsageCorrected piece -> {
                row.setAccountId(piece.account());
                row.setWorkloadId(piece.workload());
                row.setContainerId(piece.container());
                row.setEngineId(piece.engineId());
                row.setIntervalStart(piece.intervalStart());
                row.setIntervalEnd(piece.intervalEnd());
                row.setStartMs(piece.start().toEpochMilli());
                row.setEndMs(piece.end().toEpochMilli());
                row.setCpuMillis(piece.cpuMillis().value());
                row.setMemoryMib(piece.memoryMib().value());
                row.setBilled(piece.billed());
                row.setZeroReason(piece.zeroReason());
                row.setRevision(piece.revision());
            }
            case WatermarkAdvanced _ -> throw new IllegalArgumentException("a watermark is no piece of use");
        }
        row.setPartition(received.partition());
        row.setIngested(ingested);
        row.setEventId(received.envelope().id());
        row.setOperation(cause.operation());
        row.setActor(cause.actor());
        row.setCausedAt(cause.at());
        return row;
    }
}
