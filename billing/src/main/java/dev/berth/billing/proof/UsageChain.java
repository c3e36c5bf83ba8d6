package dev.berth.billing.proof;

import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.billing.batch.Unnested;
import dev.berth.schema.db.billing.tables.records.UsagePieceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jooq.Cursor;
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
    private static final int FETCH = 2000;

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
        try (Cursor<?> pieces = dsl.select(USAGE_PIECE.asterisk(), asked.ordinal())
                .from(asked.table())
                .join(USAGE_PIECE)
                .on(USAGE_PIECE.ACCOUNT_ID.eq(account), USAGE_PIECE.INGESTED.gt(from), USAGE_PIECE.INGESTED.le(cutoff))
                .orderBy(asked.ordinal(), USAGE_PIECE.INGESTED)
                .fetchSize(FETCH)
                .fetchLazy()) {
            for (org.jooq.Record piece : pieces) {
                int i = Math.toIntExact(piece.get(asked.ordinal()) - 1);
                Head head = heads.get(i);
                ObjectNode row = row(piece.into(USAGE_PIECE), head.rows() + 1);
                String hash = HashChain.link(head.hash(), row);
                heads.set(i, new Head(hash, head.rows() + 1, head.ingested()));
                reader.accept(spans.get(i), row);
            }
        }
        return heads;
    }

    private static ObjectNode row(UsagePieceRecord piece, long n) {
        ObjectNode row = Json.mapper().createObjectNode();
        row.put("row", "usage");
        row.put("account", piece.getAccountId().toString());
        row.put("n", n);
        row.put("ingested", piece.getIngested());
        row.put("event", piece.getEventId().toString());
        row.put("revision", piece.getRevision());
        if (piece.getVolumeGib() > 0) {
            row.put("volume", new VolumeId(piece.getContainerId().uuid()).toString());
        } else {
            row.put("container", piece.getContainerId().toString());
            row.put("workload", piece.getWorkloadId().toString());
        }
        put(row, "engine_id", piece.getEngineId());
        row.put("interval_start", piece.getIntervalStart().toString());
        put(row, "interval_end", piece.getIntervalEnd());
        row.put("start", Instant.ofEpochMilli(piece.getStartMs()).toString());
        row.put("end", Instant.ofEpochMilli(piece.getEndMs()).toString());
        row.put("cpu_millis", piece.getCpuMillis());
        row.put("memory_mib", piece.getMemoryMib());
        row.put("volume_gib", piece.getVolumeGib());
        row.put("egress_bytes", piece.getEgressBytes());
        row.put("billed", piece.getBilled());
        put(row, "zero_reason", piece.getZeroReason());
        row.put("operation", piece.getOperation());
        row.put("actor", piece.getActor());
        row.put("caused_at", piece.getCausedAt().toString());
        return row;
    }

    private static void put(ObjectNode row, String field, @Nullable Object value) {
        if (value != null) {
            row.put(field, value.toString());
        }
    }
}
