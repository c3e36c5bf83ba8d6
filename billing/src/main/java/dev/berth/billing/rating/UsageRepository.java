package dev.berth.billing.rating;

import static dev.berth.schema.db.billing.Tables.USAGE_PARTITION;
import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.billing.batch.DriverRows;
import dev.berth.billing.batch.Unnested;
import dev.berth.schema.Topic;
import dev.berth.schema.db.billing.tables.UsagePiece;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
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

    /**
     * Which pieces of an account are asked for.
     *
     * @param period of the use
     * @param known the cut-off up to which what was before it is known; {@link #EVERYTHING} where nobody asks for changes
     * @param cutoff pieces that were taken in later are left out
     */
    public record Range(AccountId account, Period period, long known, long cutoff) {
        /** A range of which no changes are asked for. */
        public static Range of(AccountId account, Period period, long cutoff) {
            return new Range(account, period, EVERYTHING, cutoff);
        }
    }

    /** How far the partition of an account is. */
    public Progress progress(DSLContext dsl, AccountId account) {
        return Objects.requireNonNull(progress(dsl, List.of(account)).get(account));
    }

    /** How far the partition of each of some accounts is. */
    public Map<AccountId, Progress> progress(DSLContext dsl, Collection<AccountId> accounts) {
        Map<Integer, Progress> known = dsl.selectFrom(USAGE_PARTITION)
                .fetchMap(
                        USAGE_PARTITION.PARTITION,
                        row -> new Progress(row.getPartition(), row.getWatermark(), row.getIngested()));
        Map<AccountId, Progress> progress = new HashMap<>();
        for (AccountId account : accounts) {
            int partition = Topic.partitionOf(account.toString());
            progress.put(account, known.getOrDefault(partition, new Progress(partition, null, 0)));
        }
        return progress;
    }

    /** The use of an account in a period, pieces cut at its ends. */
    public Use use(DSLContext dsl, AccountId account, Period period, long cutoff) {
        return uses(dsl, List.of(Range.of(account, period, cutoff))).getFirst();
    }

    /** The use in each of some ranges, in their order. */
    public List<Use> uses(DSLContext dsl, List<Range> ranges) {
        Asked asked = new Asked(ranges);
        var piece = asked.effective();
        Field<BigDecimal> ms = DSL.least(field(piece, USAGE_PIECE.END_MS), asked.until)
                .minus(DSL.greatest(field(piece, USAGE_PIECE.START_MS), asked.from))
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
                DSL.when(field(piece, USAGE_PIECE.START_MS).ge(asked.from), field(piece, USAGE_PIECE.EGRESS_BYTES))
                        .otherwise(DSL.inline(0L)));
        List<Use> uses = new ArrayList<>(ranges.size());
        ranges.forEach(_ -> uses.add(new Use(new TreeMap<>(BY_ID), new TreeMap<>())));
        dsl.select(workload, isBilled, reason, containers, cpu, memory, volumes, egress, asked.ordinal)
                .from(asked.table, piece)
                .where(
                        field(piece, USAGE_PIECE.END_MS).gt(asked.from),
                        field(piece, USAGE_PIECE.END_MS).gt(field(piece, USAGE_PIECE.START_MS)))
                .groupBy(asked.ordinal, workload, isBilled, reason)
                .forEach(row -> {
                    Use use = uses.get(Math.toIntExact(row.value9() - 1));
                    if (row.value2()) {
                        use.billed()
                                .merge(
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
                        use.zeroMs().merge(of, used.longValueExact(), Math::addExact);
                    }
                });
        return uses;
    }

    /**
     * Hands over every piece in each of some ranges, cut at its ends: by range, workload, container and time.
     *
     * @param reader gets the place of the range too, from 0 on
     */
    public void forEach(DSLContext dsl, List<Range> ranges, ObjIntConsumer<Piece> reader) {
        Asked asked = new Asked(ranges);
        var piece = asked.effective();
        List<Field<?>> columns = new ArrayList<>(PieceRow.columns(piece));
        columns.add(asked.ordinal);
        DriverRows.each(
                dsl.select(columns)
                        .from(asked.table, piece)
                        .where(field(piece, USAGE_PIECE.END_MS).gt(asked.from))
                        .orderBy(
                                asked.ordinal,
                                field(piece, USAGE_PIECE.WORKLOAD_ID),
                                field(piece, USAGE_PIECE.CONTAINER_ID),
                                field(piece, USAGE_PIECE.START_MS)),
                row -> {
                    int i = row.getInt(columns.size()) - 1;
                    PieceRow.read(row).within(ranges.get(i).period()).ifPresent(part -> reader.accept(part, i));
                });
    }

    /**
     * Hands over how each piece that starts before a range changed after what is known of then and up to the cut-off, in the order of
     * ranges, containers and time. Pieces are whole: cut them yourself.
     *
     * @param reader gets the place of the range too, from 0 on
     */
    public void forEachChange(DSLContext dsl, List<Range> ranges, ObjIntConsumer<Change> reader) {
        Asked asked = new Asked(ranges);
        UsagePiece late = USAGE_PIECE.as("late");
        var changed = DSL.lateral(DSL.selectDistinct(late.CONTAINER_ID, late.START_MS)
                .from(late)
                .where(
                        late.ACCOUNT_ID.eq(asked.account),
                        late.INGESTED.gt(asked.known),
                        late.INGESTED.le(asked.cutoff),
                        late.START_MS.lt(asked.from))
                .asTable("changed"));
        List<Field<?>> columns = new ArrayList<>(PieceRow.columns(USAGE_PIECE));
        columns.add(asked.ordinal);
        columns.add(USAGE_PIECE.INGESTED);
        Versions versions = new Versions(ranges, reader);
        DriverRows.each(
                dsl.select(columns)
                        .from(asked.table, changed, USAGE_PIECE)
                        .where(
                                USAGE_PIECE.CONTAINER_ID.eq(field(changed, late.CONTAINER_ID)),
                                USAGE_PIECE.START_MS.eq(field(changed, late.START_MS)),
                                USAGE_PIECE.ACCOUNT_ID.eq(asked.account),
                                USAGE_PIECE.INGESTED.le(asked.cutoff))
                        .orderBy(asked.ordinal, USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS, USAGE_PIECE.REVISION),
                row -> versions.add(
                        row.getInt(columns.size() - 1) - 1, PieceRow.read(row), row.getLong(columns.size())));
        versions.end();
    }

    /** Ranges as a table of a query. */
    private static final class Asked {
        final Table<?> table;
        final Field<AccountId> account;
        final Field<Long> from;
        final Field<Long> until;
        final Field<Long> known;
        final Field<Long> cutoff;
        final Field<Long> ordinal;

        Asked(List<Range> ranges) {
            Unnested rows = new Unnested("asked");
            account = rows.add(
                    USAGE_PIECE.ACCOUNT_ID, ranges.stream().map(Range::account).toList());
            from = rows.add(
                    USAGE_PIECE.START_MS,
                    ranges.stream()
                            .map(range -> range.period().start().toEpochMilli())
                            .toList());
            until = rows.add(
                    USAGE_PIECE.END_MS,
                    ranges.stream()
                            .map(range -> range.period().end().toEpochMilli())
                            .toList());
            known = rows.add(
                    USAGE_PIECE.INGESTED, ranges.stream().map(Range::known).toList());
            cutoff = rows.add(
                    USAGE_PIECE.INGESTED, ranges.stream().map(Range::cutoff).toList());
            ordinal = rows.ordinal();
            table = rows.table();
        }

        /** Of each piece that may lie in a range the version that counts. */
        Table<?> effective() {
            return DSL.lateral(DSL.select(USAGE_PIECE.asterisk())
                    .distinctOn(USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS)
                    .from(USAGE_PIECE)
                    .where(
                            USAGE_PIECE.ACCOUNT_ID.eq(account),
                            // a piece is no longer than an hour, which the table checks
                            USAGE_PIECE.START_MS.gt(from.minus(HOUR_MS)),
                            USAGE_PIECE.START_MS.lt(until),
                            USAGE_PIECE.INGESTED.le(cutoff))
                    .orderBy(USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS, USAGE_PIECE.REVISION.desc())
                    .asTable("effective"));
        }
    }

    /** Collects the versions of one piece after the other. */
    private static final class Versions {
        private final List<Range> ranges;
        private final ObjIntConsumer<Change> reader;
        private int range;
        private @Nullable Piece before;
        private @Nullable Piece after;
        private boolean changed;

        Versions(List<Range> ranges, ObjIntConsumer<Change> reader) {
            this.ranges = ranges;
            this.reader = reader;
        }

        void add(int of, Piece piece, long ingested) {
            Piece last = after;
            if (last != null
                    && !(of == range
                            && last.container().equals(piece.container())
                            && last.startMs() == piece.startMs())) {
                end();
            }
            range = of;
            changed = ingested > ranges.get(of).known();
            if (!changed) {
                before = piece;
            }
            after = piece;
        }

        void end() {
            if (changed) {
                reader.accept(new Change(before, after), range);
            }
            before = null;
            after = null;
            changed = false;
        }
    }

    private static <T> Field<T> field(org.jooq.Table<?> table, Field<T> field) {
        return Objects.requireNonNull(table.field(field));
    }

    private static BigInteger whole(BigDecimal value) {
        return value.toBigIntegerExact();
    }
}
