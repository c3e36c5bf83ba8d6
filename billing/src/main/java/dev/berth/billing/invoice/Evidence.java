package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.INVOICE_PROOF;
import static dev.berth.schema.db.billing.Tables.USAGE_PIECE;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.HashChain;
import dev.berth.billing.proof.SigningKeys;
import dev.berth.billing.proof.UsageChain;
import dev.berth.schema.db.billing.tables.records.InvoiceProofRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.wire.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the evidence of an invoice, row by row: what was signed, the documents of the invoices that billed the same months, and the
 * chain of use from the last head before the first piece that the invoice rests on. {@link EvidenceCheck} reads it. The same invoice is
 * the same bytes for ever. Thread-safe.
 */
@Component
final class Evidence {
    private static final long HOUR_MS = 3_600_000;

    private final UsageChain chain;
    private final SigningKeys keys;

    Evidence(UsageChain chain, SigningKeys keys) {
        this.chain = chain;
        this.keys = keys;
    }

    /** Of one invoice, found before anything is written. */
    record Of(InvoiceRecord invoice, InvoiceProofRecord proof) {}

    /**
     * Finds what there is to write.
     *
     * @param mayBeSeen which account's
     * @throws Refusal if the invoice was made before invoices were signed
     */
    Of find(DSLContext dsl, InvoiceId id, Predicate<AccountId> mayBeSeen) {
        InvoiceRecord invoice = dsl.selectFrom(INVOICE)
                .where(INVOICE.INVOICE_ID.eq(id))
                .fetchOptional()
                .filter(row -> mayBeSeen.test(row.getAccountId()))
                .orElseThrow(() -> InvoiceIds.unknown(id.toString()));
        InvoiceProofRecord proof = dsl.selectFrom(INVOICE_PROOF)
                .where(INVOICE_PROOF.INVOICE_ID.eq(id))
                .fetchOptional()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_EVIDENCE, "The invoice %s was made before invoices were signed.".formatted(id)));
        return new Of(invoice, proof);
    }

    /**
     * Writes the file.
     *
     * @param snapshot a transaction that sees one state of all
     * @param out gets the bytes, in order
     */
    void write(DSLContext snapshot, Of of, Consumer<byte[]> out) {
        InvoiceProofRecord proof = of.proof();
        Writer writer = new Writer(out);
        ObjectNode header = row("evidence");
        header.put("format", "berth.evidence.1");
        header.put("invoice", proof.getInvoiceId().toString());
        writer.frame(header);
        SigningKeys.SigningKey key = keys.get(snapshot, proof.getKeyId());
        ObjectNode keyRow = row("key");
        keyRow.put("key_id", key.keyId());
        keyRow.put("algorithm", key.algorithm());
        keyRow.put("public_key", key.publicKey());
        writer.frame(keyRow);
        ObjectNode signature = row("signature");
        signature.put("key_id", proof.getKeyId());
        signature.put("signature", proof.getSignature());
        signature.set(
                "statement",
                Sealing.statement(
                        proof, of.invoice(), String.valueOf(of.invoice().getNumber())));
        writer.frame(signature);
        writer.document(proof.getDocument());
        JsonNode inputs = head(proof).path("inputs");
        for (JsonNode earlier : inputs.path("earlier")) {
            writer.document(snapshot.select(INVOICE_PROOF.DOCUMENT)
                    .from(INVOICE_PROOF)
                    .where(INVOICE_PROOF.INVOICE_ID.eq(
                            InvoiceId.parse(earlier.path("invoice").asString(""))))
                    .fetchSingle(INVOICE_PROOF.DOCUMENT));
        }
        AccountId account = proof.getAccountId();
        UsageChain.Head anchor =
                anchor(snapshot, of, inputs.path("known_before").longValue());
        ObjectNode anchorRow = row("chain");
        anchorRow.put("account", account.toString());
        anchorRow.put("rows", anchor.rows());
        anchorRow.put("head", anchor.hash());
        writer.frame(anchorRow);
        chain.extend(snapshot, new UsageChain.Span(account, anchor, proof.getIngestionCutoff()), writer::row);
        writer.end();
    }

    /** The first row of the document. */
    static ObjectNode head(InvoiceProofRecord proof) {
        String text = proof.getDocument();
        return (ObjectNode) Json.mapper().readTree(text.substring(0, text.indexOf('\n')));
    }

    /** The last head of the account before the first piece that the invoice rests on. */
    private static UsageChain.Head anchor(DSLContext snapshot, Of of, long known) {
        InvoiceProofRecord proof = of.proof();
        Long first = first(snapshot, of.invoice(), known);
        return snapshot.select(Sealing.HEAD)
                .from(INVOICE_PROOF)
                .where(
                        INVOICE_PROOF.ACCOUNT_ID.eq(proof.getAccountId()),
                        INVOICE_PROOF.POSITION.lt(proof.getPosition()),
                        first == null ? DSL.noCondition() : INVOICE_PROOF.INGESTION_CUTOFF.lt(first))
                .orderBy(INVOICE_PROOF.POSITION.desc())
                .limit(1)
                .fetchOptionalInto(INVOICE_PROOF)
                .map(Sealing::head)
                .orElseGet(() -> UsageChain.Head.none(proof.getAccountId()));
    }

    /** Under which number the first of all versions of pieces was taken in that are of the period, or were changed since it was billed. */
    private static @Nullable Long first(DSLContext snapshot, InvoiceRecord invoice, long known) {
        Instant start = invoice.getPeriodStart();
        var late = USAGE_PIECE.as("late");
        return snapshot.select(DSL.min(USAGE_PIECE.INGESTED))
                .from(USAGE_PIECE)
                .where(
                        USAGE_PIECE.ACCOUNT_ID.eq(invoice.getAccountId()),
                        USAGE_PIECE.INGESTED.le(invoice.getIngestionCutoff()))
                .and(USAGE_PIECE
                        .START_MS
                        .gt(start.toEpochMilli() - HOUR_MS)
                        .and(USAGE_PIECE.START_MS.lt(invoice.getPeriodEnd().toEpochMilli()))
                        .or(DSL.row(USAGE_PIECE.CONTAINER_ID, USAGE_PIECE.START_MS)
                                .in(DSL.select(late.CONTAINER_ID, late.START_MS)
                                        .from(late)
                                        .where(
                                                late.ACCOUNT_ID.eq(invoice.getAccountId()),
                                                late.INGESTED.gt(known),
                                                late.INGESTED.le(invoice.getIngestionCutoff()),
                                                late.START_MS.lt(start.toEpochMilli())))))
                .fetchOne(0, Long.class);
    }

    private static ObjectNode row(String kind) {
        return Json.mapper().createObjectNode().put("row", kind);
    }

    /** Counts and hashes what it writes. Not thread-safe. */
    private static final class Writer {
        private final Consumer<byte[]> out;
        private final MessageDigest digest = HashChain.sha256();
        private long rows;

        Writer(Consumer<byte[]> out) {
            this.out = out;
        }

        void frame(ObjectNode row) {
            HashChain.link(HashChain.FRAME, row);
            row(row);
        }

        void row(ObjectNode row) {
            bytes((Canonical.text(row) + "\n").getBytes(StandardCharsets.UTF_8), 1);
        }

        void document(String text) {
            bytes(
                    text.getBytes(StandardCharsets.UTF_8),
                    text.chars().filter(c -> c == '\n').count());
        }

        void end() {
            ObjectNode end = Evidence.row("end");
            end.put("rows", rows);
            end.put("sha256", HashChain.hex(digest));
            frame(end);
        }

        private void bytes(byte[] bytes, long count) {
            digest.update(bytes);
            rows += count;
            out.accept(bytes);
        }
    }
}
