package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;

import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.wire.Json;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Computes an invoice again from what the database has: the pieces of use up to the two cut-offs, with the terms that were stored. What
 * comes out is compared, byte by byte, with what was signed, and that with the invoice that the API shows. Changes nothing. Thread-safe.
 */
@Component
final class Replay {
    /** The row of an evidence file where the document begins. */
    private static final int FIRST = 4;

    private final DSLContext dsl;
    private final Evidence evidence;
    private final Exports exports;

    Replay(DSLContext dsl, Evidence evidence, Exports exports) {
        this.dsl = dsl;
        this.evidence = evidence;
        this.exports = exports;
    }

    /**
     * What came of it.
     *
     * @param same whether the same bytes came out
     * @param document the hash of the document that was signed
     * @param recomputed the hash of the one that came out; empty where it did not come to that
     * @param pieces versions of pieces of use that were read
     * @param difference the first one; null when there is none
     */
    record Replayed(
            InvoiceId invoice,
            String number,
            boolean same,
            String document,
            String recomputed,
            long pieces,
            InvoiceView.CutOffs cutOffs,
            @Nullable Difference difference) {}

    /** Where what came out differs first: the row of the evidence, and in it the field. */
    record Difference(long row, String kind, String field, String expected, String found, String meaning) {
        static Difference of(Verdict.Finding finding) {
            return new Difference(
                    finding.row(),
                    finding.kind(),
                    finding.field(),
                    finding.expected(),
                    finding.found(),
                    finding.meaning());
        }
    }

    /** Computes one again. */
    Replayed of(InvoiceId id) {
        return dsl.transactionResult(configuration -> {
            DSLContext snapshot = configuration.dsl();
            snapshot.execute("set transaction isolation level repeatable read, read only");
            Evidence.Of of = evidence.find(snapshot, id, _ -> true);
            Difference difference = shown(snapshot, of);
            Verdict verdict = difference == null ? checked(snapshot, of) : new Verdict(null, null);
            Verdict.About about = verdict.about();
            Verdict.Finding finding = verdict.finding();
            if (finding != null) {
                difference = Difference.of(finding);
            }
            return new Replayed(
                    id,
                    String.valueOf(of.invoice().getNumber()),
                    difference == null,
                    of.proof().getDocumentHash(),
                    about == null ? "" : about.recomputed(),
                    about == null ? 0 : about.pieces(),
                    new InvoiceView.CutOffs(
                            of.invoice().getPeriodEnd(),
                            of.invoice().getUsagePartition(),
                            of.invoice().getIngestionCutoff()),
                    difference);
        });
    }

    /** Where the invoice and its lines, as the API shows them, differ from what was signed. */
    private static @Nullable Difference shown(DSLContext snapshot, Evidence.Of of) {
        List<SignedDocument.Taxed> lines = snapshot.selectFrom(INVOICE_LINE)
                .where(INVOICE_LINE.INVOICE_ID.eq(of.proof().getInvoiceId()))
                .orderBy(INVOICE_LINE.ORDINAL)
                .fetch(SignedDocument.Taxed::of);
        ObjectNode inputs = (ObjectNode) Evidence.head(of.proof()).path("inputs");
        List<String> shown = SignedDocument.of(
                        of.invoice(), String.valueOf(of.invoice().getNumber()), inputs, lines)
                .text()
                .lines()
                .toList();
        List<String> signed = of.proof().getDocument().lines().toList();
        for (int i = 0; i < Math.max(shown.size(), signed.size()); i++) {
            String a = i < shown.size() ? shown.get(i) : "nothing";
            String b = i < signed.size() ? signed.get(i) : "nothing";
            if (!a.equals(b)) {
                return difference(i, a, b);
            }
        }
        return null;
    }

    private static Difference difference(int i, String shown, String signed) {
        String field = "row";
        String expected = signed;
        String found = shown;
        if (shown.startsWith("{") && signed.startsWith("{")) {
            JsonNode a = Json.mapper().readTree(shown);
            JsonNode b = Json.mapper().readTree(signed);
            for (String name : b.propertyNames()) {
                if (!name.equals("hash") && !a.path(name).equals(b.path(name))) {
                    field = name;
                    expected = b.path(name).toString();
                    found = a.path(name).toString();
                    break;
                }
            }
        }
        return new Difference(
                FIRST + i,
                i == 0 ? "invoice" : "line",
                field,
                expected,
                found,
                "what is stored differs from what was signed");
    }

    /** Writes the evidence into a file of its own, and checks that. */
    private Verdict checked(DSLContext snapshot, Evidence.Of of) {
        try {
            Path file = Files.createTempFile("berth-replay-", ".jsonl");
            try {
                try (Exports.Place place = exports.take(of.invoice().getAccountId());
                        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                    evidence.write(snapshot, of, place.into(out));
                }
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                    return EvidenceCheck.of(in, of.proof().getKeyId());
                }
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
