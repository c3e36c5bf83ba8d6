package dev.berth.billing.rating;

import static dev.berth.schema.db.billing.Tables.USAGE_PARTITION;

import dev.berth.schema.Cause;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageEvent;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.Columns;
import dev.berth.schema.wire.Received;
import java.sql.PreparedStatement;
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
    /** Plain SQL, since it is run for every piece. */
    private static final String ADD = """
            insert into usage_piece (container_id, start_ms, revision, end_ms, account_id, workload_id, engine_id, interval_start,
                interval_end, cpu_millis, memory_mib, billed, zero_reason, partition, ingested, event_id, operation, actor, caused_at)
            select * from unnest(?::uuid[], ?::bigint[], ?::integer[], ?::bigint[], ?::uuid[], ?::uuid[], ?::text[], ?::timestamptz[],
                ?::timestamptz[], ?::integer[], ?::integer[], ?::boolean[], ?::text[], ?::integer[], ?::bigint[], ?::uuid[], ?::text[],
                ?::text[], ?::timestamptz[])
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
                case UsageRecorded _, UsageCorrected _ ->
                    pieces.computeIfAbsent(received.partition(), _ -> new ArrayList<>())
                            .add(received);
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

    /** A piece, the number under which its partition counts it, and who told of it. */
    private record Counted(UsageRecorded piece, int revision, Received received, long ingested) {
        static Counted of(Received received, long ingested) {
            return switch ((UsageEvent) received.envelope().event()) {
                case UsageRecorded piece -> new Counted(piece, 0, received, ingested);
                case UsageCorrected piece ->
                    new Counted(
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
                                    piece.zeroReason()),
                            piece.revision(),
                            received,
                            ingested);
                case WatermarkAdvanced _ -> throw new IllegalArgumentException("a watermark is no piece of use");
            };
        }

        Cause cause() {
            return received.envelope().cause();
        }
    }

    private static void add(DSLContext transaction, List<Counted> counted) {
        transaction.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADD)) {
                new Columns<>(statement, counted)
                        .uuid(one -> one.piece.container().uuid())
                        .int8(one -> one.piece.start().toEpochMilli())
                        .int4(Counted::revision)
                        .int8(one -> one.piece.end().toEpochMilli())
                        .uuid(one -> one.piece.account().uuid())
                        .uuid(one -> one.piece.workload().uuid())
                        .text(one -> one.piece.engineId())
                        .instant(one -> one.piece.intervalStart())
                        .instant(one -> one.piece.intervalEnd())
                        .int4(one -> one.piece.cpuMillis().value())
                        .int4(one -> one.piece.memoryMib().value())
                        .bool(one -> one.piece.billed())
                        .text(one -> one.piece.zeroReason())
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
