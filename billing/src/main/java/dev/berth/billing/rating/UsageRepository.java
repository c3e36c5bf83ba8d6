package dev.berth.billing.rating;

import static dev.berth.schema.db.billing.Tables.USAGE_PARTITION;
import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.schema.Cause;
import dev.berth.schema.Topic;
import dev.berth.schema.db.billing.tables.UsagePiece;
import dev.berth.schema.db.billing.tables.records.UsagePieceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads the pieces of use. A cut-off is the number of pieces taken from the account's partition: with the same cut-off the
 * answer is the same for ever. Thread-safe.
 */
@Component
public final class UsageRepository {
    /** A cut-off that leaves nothing out. */
    public static final long EVERYTHING = Long.MAX_VALUE;

    private static final long HOUR_MS = 3_600_000;
    private static final int FETCH = 2000;
    private static final Comparator<WorkloadId> BY_ID = Comparator.comparing(WorkloadId::toString);

    /** How far an account's partition is complete, null before the first watermark, and how many pieces were taken from it. */
    public record Progress(int partition, @Nullable Instant watermark, long ingested) {}

    /**
     * The use of a period.
     *
     * @param billed by workload, in the order of their ids
     * @param zeroMs what cost nothing, by workload and reason: milliseconds of containers, GiB × milliseconds of volumes
     */
    public record Use(Map<WorkloadId, Quantities> billed, Map<Zero, Long> zeroMs) {
        /** Whether nothing was used at all. */
        public boolean isEmpty() {
            return billed.isEmpty() && zeroMs.isEmpty();
        }

        /** The sum over all workloads. */
        public Quantities total() {
            return billed.values().stream().reduce(Quantities.NONE, Quantities::plus);
        }
    }

    /** How far the partition of an account is. */
    public Progress progress(DSLContext dsl, AccountId account) {
        int partition = Topic.partitionOf(account.toString());
        var row = dsl.selectFrom(USAGE_PARTITION)
                .where(USAGE_PARTITION.PARTITION.eq(partition))
                .fetchOne();
        return row == null
                ? new Progress(partition, null, 0)
                : new Progress(partition, row.getWatermark(), row.getIngested());
    }

    /** The use of an account in a period, pieces cut at its ends. */
    public Use use(DSLContext dsl, AccountId account, Period period, long cutoff) {
        var piece = effective(account, period, cutoff).asTable("effective");
        Field<BigDecimal> ms = DSL.least(field(piece, USAGE_PIECE.END_MS), DSL.val(endMs(period)))
                .minus(DSL.greatest(field(piece, USAGE_PIECE.START_MS), DSL.val(startMs(period))))
                .cast(BigDecimal.class);
        Field<WorkloadId> workload = field(piece, USAGE_PIECE.WORKLOAD_ID);
        Field<Boolean> isBilled = field(piece, USAGE_PIECE.BILLED);
        Field<String> reason = field(piece, USAGE_PIECE.ZERO_REASON);
        Field<Integer> volumeGib = field(piece, USAGE_PIECE.VOLUME_GIB);
        Field<BigDecimal> containers = DSL.sum(DSL.when(volumeGib.eq(0), ms).otherwise(DSL.inline(BigDecimal.ZERO)));
        Field<BigDecimal> cpu = DSL.sum(ms.times(field(piece, USAGE_PIECE.CPU_MILLIS)));
        Field<BigDecimal> memory = DSL.sum(ms.times(field(piece, USAGE_PIECE.MEMORY_MIB)));
        Field<BigDecimal> volumes = DSL.sum(ms.times(volumeGib));
        // those of a piece that began before are in the period that it began in
        Field<BigDecimal> egress = DSL.sum(
                DSL.when(field(piece, USAGE_PIECE.START_MS).ge(startMs(period)), field(piece, USAGE_PIECE.EGRESS_BYTES))
                        .otherwise(DSL.inline(0L)));
        Map<WorkloadId, Quantities> billed = new TreeMap<>(BY_ID);
        Map<Zero, Long> zero = new TreeMap<>();
        dsl.select(workload, isBilled, reason, containers, cpu, memory, volumes, egress)
                .from(piece)
                .where(
                        field(piece, USAGE_PIECE.END_MS).gt(startMs(period)),
                        field(piece, USAGE_PIECE.END_MS).gt(field(piece, USAGE_PIECE.START_MS)))
                .groupBy(workload, isBilled, reason)
                .forEach(row -> {
                    if (row.value2()) {
                        billed.merge(
                                row.value1(),
                                new Quantities(
                                        whole(row.value4()),
                                        whole(row.value5()),
                                        whole(row.value6()),
                                        whole(row.value7()),
                                        whole(row.value8())),
                                Quantities::plus);
                    } else {
                        boolean ofVolume = row.value7().signum() != 0;
                        Zero of = new Zero(row.value1(), String.valueOf(Piece.reason(false, row.value3())), ofVolume);
                        BigDecimal used = ofVolume ? row.value7() : row.value4();
                        zero.merge(of, used.longValueExact(), Math::addExact);
                    }
                });
        return new Use(billed, zero);
    }

    /** Hands over every piece of an account in a period, cut at its ends, by workload, container and time. */
    public void forEach(DSLContext dsl, AccountId account, Period period, long cutoff, Consumer<Piece> reader) {
        var piece = effective(account, period, cutoff).asTable("effective");
        try (Cursor<Record> rows = dsl.select(piece.asterisk())
                .from(piece)
                .where(field(piece, USAGE_PIECE.END_MS).gt(startMs(period)))
                .orderBy(
                        field(piece, USAGE_PIECE.WORKLOAD_ID),
                        field(piece, USAGE_PIECE.CONTAINER_ID),
                        field(piece, USAGE_PIECE.START_MS))
                .fetchSize(FETCH)
                .fetchLazy()) {
            for (Record row : rows) {
                read(row.into(USAGE_PIECE)).within(period).ifPresent(reader);
            }
        }
    }

    /**
     * Hands over how each piece that starts before an instant changed after one cut-off and up to another, in the order of
     * container and time. Pieces are whole: cut them yourself.
     */
    public void forEachChange(
            DSLContext dsl, AccountId account, Instant before, long known, long cutoff, Consumer<Change> reader) {
        UsagePiece late = USAGE_PIECE.as("late");
        Condition early = USAGE_PIECE.START_MS.lt(before.toEpochMilli());
        try (Cursor<UsagePieceRecord> rows = dsl.selectFrom(USAGE_PIECE)
                .where(USAGE_PIECE.ACCOUNT_ID.eq(account), early, USAGE_PIECE.INGESTED.le(cutoff))
                .and(DSL.row(USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS)
                        .in(DSL.select(late.CONTAINER_ID, late.START_MS)
                                .from(late)
                                .where(
                                        late.ACCOUNT_ID.eq(account),
                                        late.INGESTED.gt(known),
                                        late.INGESTED.le(cutoff),
                                        late.START_MS.lt(before.toEpochMilli()))))
                .orderBy(USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS, USAGE_PIECE.REVISION)
                .fetchSize(FETCH)
                .fetchLazy()) {
            Versions versions = new Versions(known, reader);
            rows.forEach(versions::add);
            versions.end();
        }
    }

    private static Select<Record> effective(AccountId account, Period period, long cutoff) {
        return DSL.select(USAGE_PIECE.asterisk())
                .distinctOn(USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS)
                .from(USAGE_PIECE)
                .where(
                        USAGE_PIECE.ACCOUNT_ID.eq(account),
                        // a piece is no longer than an hour, which the table checks
                        USAGE_PIECE.START_MS.gt(startMs(period) - HOUR_MS),
                        USAGE_PIECE.START_MS.lt(endMs(period)),
                        USAGE_PIECE.INGESTED.le(cutoff))
                .orderBy(USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS, USAGE_PIECE.REVISION.desc());
    }

    /** Collects the versions of one piece after the other. */
    private static final class Versions {
        private final long known;
        private final Consumer<Change> reader;
        private @Nullable UsagePieceRecord before;
        private @Nullable UsagePieceRecord after;

        Versions(long known, Consumer<Change> reader) {
            this.known = known;
            this.reader = reader;
        }

        void add(UsagePieceRecord row) {
            UsagePieceRecord last = after;
            if (last != null
                    && !(last.getContainerId().equals(row.getContainerId())
                            && last.getStartMs().equals(row.getStartMs()))) {
                end();
            }
            if (row.getIngested() <= known) {
                before = row;
            }
            after = row;
        }

        void end() {
            if (after != null && !after.equals(before)) {
                reader.accept(new Change(before == null ? null : read(before), read(after)));
            }
            before = null;
            after = null;
        }
    }

    private static Piece read(UsagePieceRecord row) {
        boolean billed = row.getBilled();
        return new Piece(
                row.getWorkloadId(),
                row.getContainerId(),
                row.getEngineId(),
                row.getIntervalStart(),
                row.getIntervalEnd(),
                row.getStartMs(),
                row.getEndMs(),
                row.getCpuMillis(),
                row.getMemoryMib(),
                row.getVolumeGib(),
                row.getEgressBytes(),
                billed,
                Piece.reason(billed, row.getZeroReason()),
                new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), null));
    }

    private static <T> Field<T> field(org.jooq.Table<?> table, Field<T> field) {
        return java.util.Objects.requireNonNull(table.field(field));
    }

    private static BigInteger whole(BigDecimal value) {
        return value.toBigIntegerExact();
    }

    private static long startMs(Period period) {
        return period.start().toEpochMilli();
    }

    private static long endMs(Period period) {
        return period.end().toEpochMilli();
    }
}
