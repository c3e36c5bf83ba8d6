package dev.berth.billing.proof;

import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.billing.batch.Unnested;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiConsumer;
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
        return extend(dsl, List.of(span), (_, row) -> reader.accept(row)).getFirst();
    }

    /** As {@link #extend(DSLContext, Span, Consumer)}, of several accounts; the new heads are in the order of the spans. */
    public List<Head> extend(DSLContext dsl, List<Span> spans) {
        return extend(dsl, spans, (_, _) -> {});
    }

    private static List<Head> extend(DSLContext dsl, List<Span> spans, BiConsumer<Span, ObjectNode> reader) {
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
                ObjectNode row = row(set, spans.get(i).account(), head.rows() + 1);
                String hash = HashChain.link(head.hash(), row);
                heads.set(i, new Head(hash, head.rows() + 1, head.ingested()));
                reader.accept(spans.get(i), row);
            }
        } catch (SQLException e) {
            throw new DataAccessException("pieces of use cannot be read", e);
        }
        return heads;
    }

    private static ObjectNode row(ResultSet piece, AccountId account, long n) throws SQLException {
        int column = 1;
        ObjectNode row = Json.mapper().createObjectNode();
        row.put("row", "usage");
        row.put("account", account.toString());
        row.put("n", n);
        row.put("ingested", piece.getLong(column++));
        row.put("event", new EventId(piece.getObject(column++, UUID.class)).toString());
        row.put("revision", piece.getInt(column++));
        UUID container = piece.getObject(column++, UUID.class);
        UUID workload = piece.getObject(column++, UUID.class);
        int volumeGib = piece.getInt(column++);
        if (volumeGib > 0) {
            row.put("volume", new VolumeId(container).toString());
        } else {
            row.put("container", new ContainerId(container).toString());
            row.put("workload", new WorkloadId(workload).toString());
        }
        put(row, "engine_id", piece.getString(column++));
        put(row, "interval_start", instant(piece, column++));
        put(row, "interval_end", instant(piece, column++));
        row.put("start", Instant.ofEpochMilli(piece.getLong(column++)).toString());
        row.put("end", Instant.ofEpochMilli(piece.getLong(column++)).toString());
        row.put("cpu_millis", piece.getInt(column++));
        row.put("memory_mib", piece.getInt(column++));
        row.put("volume_gib", volumeGib);
        row.put("egress_bytes", piece.getLong(column++));
        row.put("billed", piece.getBoolean(column++));
        put(row, "zero_reason", piece.getString(column++));
        row.put("operation", piece.getString(column++));
        row.put("actor", piece.getString(column++));
        put(row, "caused_at", instant(piece, column));
        return row;
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static void put(ObjectNode row, String field, @Nullable Object value) {
        if (value != null) {
            row.put(field, value.toString());
        }
    }
}
