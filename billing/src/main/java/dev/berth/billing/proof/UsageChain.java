package dev.berth.billing.proof;

import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

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
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hash chain of an account's pieces of use, in the order in which billing took them in: every version of every piece, so that what
 * was corrected stays in it. Nothing of it is stored but its heads. Thread-safe.
 */
@Component
public final class UsageChain {
    private static final int FETCH = 2000;
    private static final List<Field<?>> COLUMNS = List.of(
            USAGE_PIECE.INGESTED,
            USAGE_PIECE.EVENT_ID,
            USAGE_PIECE.REVISION,
            USAGE_PIECE.CONTAINER_ID,
            USAGE_PIECE.WORKLOAD_ID,
            USAGE_PIECE.VOLUME_GIB,
            USAGE_PIECE.ENGINE_ID,
            USAGE_PIECE.INTERVAL_START,
            USAGE_PIECE.INTERVAL_END,
            USAGE_PIECE.START_MS,
            USAGE_PIECE.END_MS,
            USAGE_PIECE.CPU_MILLIS,
            USAGE_PIECE.MEMORY_MIB,
            USAGE_PIECE.EGRESS_BYTES,
            USAGE_PIECE.BILLED,
            USAGE_PIECE.ZERO_REASON,
            USAGE_PIECE.OPERATION,
            USAGE_PIECE.ACTOR,
            USAGE_PIECE.CAUSED_AT);

    private static final int INGESTED = place(USAGE_PIECE.INGESTED);
    private static final int EVENT_ID = place(USAGE_PIECE.EVENT_ID);
    private static final int REVISION = place(USAGE_PIECE.REVISION);
    private static final int CONTAINER_ID = place(USAGE_PIECE.CONTAINER_ID);
    private static final int WORKLOAD_ID = place(USAGE_PIECE.WORKLOAD_ID);
    private static final int VOLUME_GIB = place(USAGE_PIECE.VOLUME_GIB);
    private static final int ENGINE_ID = place(USAGE_PIECE.ENGINE_ID);
    private static final int INTERVAL_START = place(USAGE_PIECE.INTERVAL_START);
    private static final int INTERVAL_END = place(USAGE_PIECE.INTERVAL_END);
    private static final int START_MS = place(USAGE_PIECE.START_MS);
    private static final int END_MS = place(USAGE_PIECE.END_MS);
    private static final int CPU_MILLIS = place(USAGE_PIECE.CPU_MILLIS);
    private static final int MEMORY_MIB = place(USAGE_PIECE.MEMORY_MIB);
    private static final int EGRESS_BYTES = place(USAGE_PIECE.EGRESS_BYTES);
    private static final int BILLED = place(USAGE_PIECE.BILLED);
    private static final int ZERO_REASON = place(USAGE_PIECE.ZERO_REASON);
    private static final int OPERATION = place(USAGE_PIECE.OPERATION);
    private static final int ACTOR = place(USAGE_PIECE.ACTOR);
    private static final int CAUSED_AT = place(USAGE_PIECE.CAUSED_AT);

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
        // as the driver has them: there are thousands, and records of jOOQ's would cost more than their hashes
        try (Cursor<?> pieces = dsl.select(columns)
                .from(asked.table())
                .join(USAGE_PIECE)
                .on(USAGE_PIECE.ACCOUNT_ID.eq(account), USAGE_PIECE.INGESTED.gt(from), USAGE_PIECE.INGESTED.le(cutoff))
                .orderBy(asked.ordinal(), USAGE_PIECE.INGESTED)
                .fetchSize(FETCH)
                .fetchLazy()) {
            ResultSet set = Objects.requireNonNull(pieces.resultSet());
            while (set.next()) {
                int i = set.getInt(columns.size()) - 1;
                Head head = heads.get(i);
                String row = row(set, spans.get(i).account(), head.rows() + 1);
                String hash = HashChain.next(head.hash(), row.getBytes(StandardCharsets.UTF_8));
                heads.set(i, new Head(hash, head.rows() + 1, head.ingested()));
                if (reader != null) {
                    ObjectNode tree = (ObjectNode) Json.mapper().readTree(row);
                    tree.put(HashChain.HASH, hash);
                    reader.accept(tree);
                }
            }
        } catch (SQLException e) {
            throw new DataAccessException("pieces of use cannot be read", e);
        }
        return heads;
    }

    /** A row without its hash, in its canonical form: the columns are read in the order of the names that they have there. */
    private static String row(ResultSet piece, AccountId account, long n) throws SQLException {
        boolean ofVolume = piece.getInt(VOLUME_GIB) > 0;
        UUID container = piece.getObject(CONTAINER_ID, UUID.class);
        CanonicalObject row = new CanonicalObject();
        row.put("account", account);
        row.put("actor", piece.getString(ACTOR));
        row.put("billed", piece.getBoolean(BILLED));
        row.put("caused_at", instant(piece, CAUSED_AT));
        row.put("container", ofVolume ? null : new ContainerId(container));
        row.put("cpu_millis", piece.getInt(CPU_MILLIS));
        row.put("egress_bytes", piece.getLong(EGRESS_BYTES));
        row.put("end", Instant.ofEpochMilli(piece.getLong(END_MS)));
        row.put("engine_id", piece.getString(ENGINE_ID));
        row.put("event", new EventId(piece.getObject(EVENT_ID, UUID.class)));
        row.put("ingested", piece.getLong(INGESTED));
        row.put("interval_end", instant(piece, INTERVAL_END));
        row.put("interval_start", instant(piece, INTERVAL_START));
        row.put("memory_mib", piece.getInt(MEMORY_MIB));
        row.put("n", n);
        row.put("operation", piece.getString(OPERATION));
        row.put("revision", piece.getInt(REVISION));
        row.put("row", "usage");
        row.put("start", Instant.ofEpochMilli(piece.getLong(START_MS)));
        row.put("volume", ofVolume ? new VolumeId(container) : null);
        row.put("volume_gib", piece.getInt(VOLUME_GIB));
        row.put("workload", ofVolume ? null : new WorkloadId(piece.getObject(WORKLOAD_ID, UUID.class)));
        row.put("zero_reason", piece.getString(ZERO_REASON));
        return row.end();
    }

    private static int place(Field<?> column) {
        return COLUMNS.indexOf(column) + 1;
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
