package dev.berth.billing.proof;

import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.billing.batch.DriverRows;
import dev.berth.billing.batch.Unnested;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hash chain of an account's pieces of use, in the order in which billing took them in: every version of every piece, so that what
 * was corrected stays in it. Nothing of it is stored but its heads. Thread-safe.
 */
@Component
public final class UsageChain {
    /** In the order in which a row reads them. */
    private static final List<Field<?>> COLUMNS = List.of(
            USAGE_PIECE.VOLUME_GIB,
            USAGE_PIECE.CONTAINER_ID,
            USAGE_PIECE.WORKLOAD_ID,
            USAGE_PIECE.ACTOR,
            USAGE_PIECE.BILLED,
            USAGE_PIECE.CAUSED_AT,
            USAGE_PIECE.CPU_MILLIS,
            USAGE_PIECE.EGRESS_BYTES,
            USAGE_PIECE.END_MS,
            USAGE_PIECE.ENGINE_ID,
            USAGE_PIECE.EVENT_ID,
            USAGE_PIECE.INGESTED,
            USAGE_PIECE.INTERVAL_END,
            USAGE_PIECE.INTERVAL_START,
            USAGE_PIECE.MEMORY_MIB,
            USAGE_PIECE.OPERATION,
            USAGE_PIECE.REVISION,
            USAGE_PIECE.START_MS,
            USAGE_PIECE.ZERO_REASON);

    /**
     * How far the chain of an account has come.
     *
     * @param hash of the last row
     * @param rows how many there are
     * @param ingested the cut-off: every piece up to it is in
     */
    public record Head(String hash, long rows, long ingested) {
        /** That of an account of which nothing was chained yet. */
        public static Head none(AccountId account) {
            return new Head(HashChain.ofUse(account.toString()), 0, 0);
        }
    }

    /** From where the chain of an account is to be extended, and up to which cut-off. */
    public record Span(AccountId account, Head from, long cutoff) {}

    /**
     * Goes on from a head up to a cut-off.
     *
     * @param reader gets each row with its hash, in order
     * @return the new head
     */
    public Head extend(DSLContext dsl, Span span, Consumer<ObjectNode> reader) {
        return extend(dsl, List.of(span), reader).getFirst();
    }

    /** As {@link #extend(DSLContext, Span, Consumer)}, of several accounts; the new heads are in the order of the spans. */
    public List<Head> extend(DSLContext dsl, List<Span> spans) {
        return extend(dsl, spans, null);
    }

    private static List<Head> extend(DSLContext dsl, List<Span> spans, @Nullable Consumer<ObjectNode> reader) {
        List<Head> heads = new ArrayList<>(spans.size());
        spans.forEach(span -> heads.add(new Head(span.from().hash(), span.from().rows(), span.cutoff())));
        Unnested asked = new Unnested("asked");
        Field<AccountId> account = asked.add(
                USAGE_PIECE.ACCOUNT_ID, spans.stream().map(Span::account).toList());
        Field<Long> from = asked.add(
                USAGE_PIECE.INGESTED,
                spans.stream().map(span -> span.from().ingested()).toList());
        Field<Long> cutoff =
                asked.add(USAGE_PIECE.INGESTED, spans.stream().map(Span::cutoff).toList());
        List<Field<?>> columns = new ArrayList<>(COLUMNS);
        columns.add(asked.ordinal());
        DriverRows.each(
                dsl.select(columns)
                        .from(asked.table())
                        .join(USAGE_PIECE)
                        .on(
                                USAGE_PIECE.ACCOUNT_ID.eq(account),
                                USAGE_PIECE.INGESTED.gt(from),
                                USAGE_PIECE.INGESTED.le(cutoff))
                        .orderBy(asked.ordinal(), USAGE_PIECE.INGESTED),
                piece -> {
                    int i = piece.getInt(columns.size()) - 1;
                    Head head = heads.get(i);
                    String row = row(piece, spans.get(i).account(), head.rows() + 1);
                    String hash = HashChain.next(head.hash(), row.getBytes(StandardCharsets.UTF_8));
                    heads.set(i, new Head(hash, head.rows() + 1, head.ingested()));
                    if (reader != null) {
                        ObjectNode tree = (ObjectNode) Json.mapper().readTree(row);
                        tree.put(HashChain.HASH, hash);
                        reader.accept(tree);
                    }
                });
        return heads;
    }

    /** A row without its hash, in its canonical form. */
    private static String row(ResultSet piece, AccountId account, long n) throws SQLException {
        int column = 1;
        int volumeGib = piece.getInt(column++);
        UUID container = piece.getObject(column++, UUID.class);
        UUID workload = piece.getObject(column++, UUID.class);
        boolean ofVolume = volumeGib > 0;
        CanonicalObject row = new CanonicalObject();
        row.put("account", account);
        row.put("actor", piece.getString(column++));
        row.put("billed", piece.getBoolean(column++));
        row.put("caused_at", DriverRows.instant(piece, column++));
        row.put("container", ofVolume ? null : new ContainerId(container));
        row.put("cpu_millis", piece.getInt(column++));
        row.put("egress_bytes", piece.getLong(column++));
        row.put("end", Instant.ofEpochMilli(piece.getLong(column++)));
        row.put("engine_id", piece.getString(column++));
        row.put("event", new EventId(piece.getObject(column++, UUID.class)));
        row.put("ingested", piece.getLong(column++));
        row.put("interval_end", DriverRows.instant(piece, column++));
        row.put("interval_start", DriverRows.instant(piece, column++));
        row.put("memory_mib", piece.getInt(column++));
        row.put("n", n);
        row.put("operation", piece.getString(column++));
        row.put("revision", piece.getInt(column++));
        row.put("row", "usage");
        row.put("start", Instant.ofEpochMilli(piece.getLong(column++)));
        row.put("volume", ofVolume ? new VolumeId(container) : null);
        row.put("volume_gib", volumeGib);
        row.put("workload", ofVolume ? null : new WorkloadId(workload));
        row.put("zero_reason", piece.getString(column));
        return row.end();
    }
}
