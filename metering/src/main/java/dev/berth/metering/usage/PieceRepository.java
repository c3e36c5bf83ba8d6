package dev.berth.metering.usage;

import static dev.berth.schema.db.metering.Tables.DUE;
import static dev.berth.schema.db.metering.Tables.WATERMARK;

import dev.berth.metering.interval.ZeroReason;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.CopyRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The tables of pieces, of what is due to be told, and of the watermark that was told. */
final class PieceRepository {
    /** Later than anything. */
    static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");

    private static final long TELLING_LOCK = 0x6d65746572696e67L;

    /** A container whose intervals changed from an instant on. */
    record Due(long seq, ContainerId container, Instant changedFrom) {}

    /** What was told of a container, as far back as it matters. */
    record Told(Instant from, List<Piece> pieces) {}

    private PieceRepository() {}

    /** Keeps teller and rebuild apart for the rest of the transaction. */
    static void lockTelling(DSLContext tx) {
        tx.execute("select pg_advisory_xact_lock(?)", TELLING_LOCK);
    }

    /** Marks a container as due from its beginning. */
    static void markDue(DSLContext tx, ContainerId container, int partition) {
        tx.insertInto(DUE)
                .set(DUE.PARTITION, partition)
                .set(DUE.CONTAINER_ID, container)
                .set(DUE.CHANGED_FROM, Instant.EPOCH)
                .execute();
    }

    /** The last entry of each partition that has any. */
    static Map<Integer, Long> dueUpTo(DSLContext dsl) {
        Map<Integer, Long> last = new HashMap<>();
        for (Record row : dsl.fetch(
                "select p, (select max(seq) from due where partition = p) from generate_series(0, ?) p",
                dev.berth.schema.Topic.PARTITIONS - 1)) {
            Long seq = row.get(1, Long.class);
            if (seq != null) {
                last.put(row.get(0, Integer.class), seq);
            }
        }
        return last;
    }

    /** The first entries of a partition, up to one. */
    static List<Due> due(DSLContext tx, int partition, long upTo, int limit) {
        return tx.select(DUE.SEQ, DUE.CONTAINER_ID, DUE.CHANGED_FROM)
                .from(DUE)
                .where(DUE.PARTITION.eq(partition), DUE.SEQ.le(upTo))
                .orderBy(DUE.SEQ)
                .limit(limit)
                .fetch(row -> new Due(row.value1(), row.value2(), row.value3()));
    }

    /** Removes the entries of a partition up to one. */
    static void done(DSLContext tx, int partition, long upTo) {
        tx.deleteFrom(DUE).where(DUE.PARTITION.eq(partition), DUE.SEQ.le(upTo)).execute();
    }

    /**
     * What was told of containers from the last piece on that begins before an instant: from its start where it goes on beyond the instant,
     * from its end otherwise.
     */
    static Map<ContainerId, Told> told(DSLContext tx, Map<ContainerId, Instant> changedFrom) {
        List<Map.Entry<ContainerId, Instant>> asked = List.copyOf(changedFrom.entrySet());
        Map<ContainerId, Told> told = new HashMap<>();
        for (Record row : tx.fetch(
                """
                select u.container_id, (extract(epoch from b.back) * 1000)::bigint as back, p.account_id, p.workload_id,
                       p.interval_start, p.start_at, p.end_at, p.cpu_millis, p.memory_mib, p.volume_gib, p.egress_bytes,
                       p.zero_reason, p.withdrawn, p.revision
                from unnest(?::uuid[], ?::bigint[]) as u(container_id, changed_from)
                cross join lateral (select coalesce(
                    (select case when l.end_at <= at_ms(u.changed_from) then l.end_at else l.start_at end
                     from usage_piece l
                     where l.container_id = u.container_id and l.start_at < at_ms(u.changed_from) and not l.withdrawn
                     order by l.start_at desc limit 1), at_ms(0)) as back) b
                left join lateral (select * from usage_piece q
                                   where q.container_id = u.container_id and q.start_at >= b.back) p on true
                """,
                asked.stream().map(entry -> entry.getKey().uuid()).toArray(UUID[]::new),
                asked.stream().map(entry -> entry.getValue().toEpochMilli()).toArray(Long[]::new))) {
            ContainerId container = new ContainerId(row.get(0, UUID.class));
            Instant from = Instant.ofEpochMilli(row.get(1, Long.class));
            Told of = told.computeIfAbsent(container, _ -> new Told(from, new ArrayList<>()));
            if (row.get("account_id") != null) {
                of.pieces().add(read(container, row));
            }
        }
        return told;
    }

    private static Piece read(ContainerId container, Record row) {
        String zeroReason = row.get("zero_reason", String.class);
        return new Piece(
                container,
                new dev.berth.schema.id.AccountId(row.get("account_id", UUID.class)),
                new dev.berth.schema.id.WorkloadId(row.get("workload_id", UUID.class)),
                row.get("interval_start", Instant.class),
                row.get("start_at", Instant.class),
                row.get("end_at", Instant.class),
                row.get("cpu_millis", Integer.class),
                row.get("memory_mib", Integer.class),
                row.get("volume_gib", Integer.class),
                row.get("egress_bytes", Long.class),
                zeroReason == null ? null : ZeroReason.of(zeroReason),
                row.get("withdrawn", Boolean.class),
                row.get("revision", Integer.class));
    }

    /** Writes pieces: new ones, and corrections in the place of what was told. */
    static void write(DSLContext tx, List<Piece> pieces) {
        List<Piece> corrections = pieces.stream().filter(p -> p.revision() > 0).toList();
        if (!corrections.isEmpty()) {
            tx.execute(
                    "delete from usage_piece p using unnest(?::uuid[], ?::bigint[]) as u(container_id, start_at)"
                            + " where p.container_id = u.container_id and p.start_at = at_ms(u.start_at)",
                    column(corrections, UUID[]::new, p -> p.container().uuid()),
                    column(corrections, Long[]::new, p -> p.start().toEpochMilli()));
        }
        CopyRows rows = new CopyRows(
                "usage_piece",
                "container_id",
                "start_at",
                "end_at",
                "interval_start",
                "account_id",
                "workload_id",
                "cpu_millis",
                "memory_mib",
                "volume_gib",
                "egress_bytes",
                "zero_reason",
                "withdrawn",
                "revision");
        for (Piece piece : pieces) {
            ZeroReason zeroReason = piece.zeroReason();
            rows.row()
                    .uuid(piece.container().uuid())
                    .instant(piece.start())
                    .instant(piece.end())
                    .instant(piece.intervalStart())
                    .uuid(piece.account().uuid())
                    .uuid(piece.workload().uuid())
                    .int4(piece.cpuMillis())
                    .int4(piece.memoryMib())
                    .int4(piece.volumeGib())
                    .int8(piece.egressBytes())
                    .text(zeroReason == null ? null : zeroReason.text())
                    .bool(piece.withdrawn())
                    .int4(piece.revision());
        }
        rows.into(tx);
    }

    /** The watermark that was told last. */
    static Optional<Instant> published(DSLContext dsl) {
        return dsl.select(WATERMARK.PUBLISHED).from(WATERMARK).fetchOptional(WATERMARK.PUBLISHED);
    }

    /** Moves the watermark forward; false when it stands there or beyond. */
    static boolean publish(DSLContext tx, Instant watermark) {
        return tx.execute("""
                        insert into watermark as w (published) values (at_ms(?))
                        on conflict (one) do update set published = excluded.published, moved_at = now()
                        where w.published < excluded.published
                        """, watermark.toEpochMilli()) == 1;
    }

    private static <C> Object column(Collection<Piece> rows, IntFunction<C[]> array, Function<Piece, C> of) {
        return rows.stream().map(of).toArray(array);
    }
}
