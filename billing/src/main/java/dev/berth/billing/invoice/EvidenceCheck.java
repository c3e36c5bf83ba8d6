package dev.berth.billing.invoice;

import dev.berth.billing.invoice.EvidenceRow.Disagreement;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.ChainedPiece;
import dev.berth.billing.proof.Ed25519;
import dev.berth.billing.proof.Fields;
import dev.berth.billing.proof.HashChain;
import dev.berth.schema.unit.Money;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks an evidence file, and needs nothing else: that the signature is of the statement, that every row is as it was chained, and that
 * the invoice comes out again when it is computed from the use, the prices and the earlier invoices in the file. Names the first row that
 * disagrees. The format is in {@code schema/decisions/0028-proof.md}. Not thread-safe.
 */
public final class EvidenceCheck {
    private static final String POSITION = "a row is missing, doubled, of another invoice, or in another order";
    private static final String ALTERED = "it was altered";

    private final EvidenceRows rows;
    private final @Nullable String pinned;
    private @Nullable EvidenceRow signature;
    private @Nullable EvidenceRow invoice;
    private final List<EvidenceRow> lines = new ArrayList<>();
    private String keyId = "";
    private String document = "";
    private String head = "";
    private String recomputed = "";
    private long pieces;
    private int earlier;

    private EvidenceCheck(InputStream in, @Nullable String pinned) {
        this.rows = new EvidenceRows(in);
        this.pinned = pinned;
    }

    /**
     * Checks a file.
     *
     * @param file should be buffered
     * @param pinned the id of the key that must have signed, or a text with its public half, such as the answer of {@code
     *     /v1/signing_keys}; null to take the one in the file
     * @throws IOException if the file cannot be read
     */
    public static Verdict of(InputStream file, @Nullable String pinned) throws IOException {
        EvidenceCheck check = new EvidenceCheck(file, pinned);
        Verdict.Finding finding = null;
        try {
            check.read();
        } catch (Disagreement e) {
            finding = e.finding();
        } catch (Fields.Wrong e) { // of a row that is as it was signed: whoever signed it does not follow the format
            finding = new Verdict.Finding(
                    check.rows.count(), "row", e.field(), e.expected(), e.found(), "it does not follow the format");
        }
        return new Verdict(finding, check.about());
    }

    private void read() throws IOException, Disagreement {
        EvidenceRow header = rows.takeFrame("evidence");
        same(header, "format", "berth.evidence.1", "this verifier knows another format");
        EvidenceRow key = rows.takeFrame("key");
        key(key);
        EvidenceRow signed = rows.takeFrame("signature");
        signature = signed;
        signature(signed, key);
        ObjectNode statement = Fields.object(signed.json(), "statement");
        EvidenceRow about = document(Fields.text(statement, "invoice"), lines);
        invoice = about;
        same(about, "rules", DocumentLine.RULES, "this verifier knows other rules");
        same(header, "invoice", Fields.text(statement, "invoice"), ALTERED);
        for (String field : List.of("number", "account", "period_start", "period_end")) {
            same(about, field, Fields.text(statement, field), "another invoice was signed");
        }
        Recomputation remade = begun(about);
        earlier(about, remade);
        use(about, statement, remade);
        end();
        recompute(about, remade);
        document = text(lines.isEmpty() ? about : lines.getLast(), HashChain.HASH);
        if (!document.equals(Fields.text(statement, "document"))) {
            throw about.disagrees(
                    HashChain.HASH, Fields.text(statement, "document"), document, "another document was signed");
        }
    }

    private void key(EvidenceRow key) throws Disagreement {
        String publicKey = text(key, "public_key");
        keyId = text(key, "key_id");
        try {
            same(key, "key_id", Ed25519.id(publicKey), "it is not the id of this key");
        } catch (IllegalArgumentException e) {
            throw key.disagrees("public_key", "base64", publicKey, ALTERED);
        }
        if (pinned != null && !pinned.contains(publicKey) && !pinned.strip().equals(keyId)) {
            throw key.disagrees("key_id", "the pinned key", keyId, "another key signed, perhaps somebody else's");
        }
    }

    private static void signature(EvidenceRow row, EvidenceRow key) throws Disagreement {
        same(row, "key_id", text(key, "key_id"), "another key signed");
        String found = text(row, "signature");
        byte[] statement;
        try {
            statement = Canonical.bytes(Fields.object(row.json(), "statement"));
        } catch (Fields.Wrong e) {
            throw row.disagrees(e, ALTERED);
        }
        if (!Ed25519.verifies(text(key, "public_key"), statement, found)) {
            throw row.disagrees(
                    "signature", "the signature of the statement by the key", found, "it was never signed so");
        }
    }

    /** Reads a document: its first row, which is answered, and its lines. */
    private EvidenceRow document(String id, List<EvidenceRow> into) throws IOException, Disagreement {
        EvidenceRow first = rows.take("invoice");
        same(first, "invoice", id, POSITION);
        String hash = EvidenceRows.hash(first, HashChain.DOCUMENT);
        long count = whole(first, "lines");
        for (long ordinal = 0; ordinal < count; ordinal++) {
            EvidenceRow line = rows.take("line");
            same(line, "invoice", id, POSITION);
            if (whole(line, "ordinal") != ordinal) {
                throw line.disagrees(
                        "ordinal", String.valueOf(ordinal), String.valueOf(whole(line, "ordinal")), POSITION);
            }
            hash = EvidenceRows.hash(line, hash);
            into.add(line);
        }
        return first;
    }

    /** Reads the invoices that billed the same months before. */
    private void earlier(EvidenceRow about, Recomputation remade) throws IOException, Disagreement {
        for (JsonNode one : Fields.list(Fields.object(about.json(), "inputs"), "earlier")) {
            List<EvidenceRow> billed = new ArrayList<>();
            EvidenceRow first = document(Fields.text(one, "invoice"), billed);
            String hash = text(billed.isEmpty() ? first : billed.getLast(), HashChain.HASH);
            if (!hash.equals(Fields.text(one, "document"))) {
                throw first.disagrees(
                        HashChain.HASH,
                        Fields.text(one, "document"),
                        hash,
                        "the invoice counted another document of this one");
            }
            earlier++;
            for (EvidenceRow line : billed) {
                remade.addBilled(read(line));
            }
        }
    }

    /** Reads the pieces of use, and holds them against the head that was signed. */
    private void use(EvidenceRow about, ObjectNode statement, Recomputation remade) throws IOException, Disagreement {
        EvidenceRow anchor = rows.takeFrame("chain");
        String account = text(about, "account");
        same(anchor, "account", account, "it is the chain of another account");
        head = text(anchor, "head");
        long n = whole(anchor, "rows");
        long ingested = -1;
        long last = Fields.whole(statement, "chain_rows");
        long cutoff = whole(about, "ingestion_cutoff");
        while (n < last) {
            EvidenceRow row = rows.take("usage");
            n++;
            same(row, "account", account, POSITION);
            if (whole(row, "n") != n) {
                throw row.disagrees("n", String.valueOf(n), String.valueOf(whole(row, "n")), POSITION);
            }
            head = EvidenceRows.hash(row, head);
            long number = whole(row, "ingested");
            if (number <= ingested || number > cutoff) {
                throw row.disagrees(
                        "ingested",
                        "above %d, at most %d".formatted(ingested, cutoff),
                        String.valueOf(number),
                        POSITION);
            }
            ingested = number;
            try {
                remade.add(ChainedPiece.read(row.json()));
            } catch (Fields.Wrong e) {
                throw row.disagrees(e, ALTERED);
            }
            pieces++;
        }
        if (!head.equals(Fields.text(statement, "chain_head"))) {
            throw anchor.disagrees(
                    "head",
                    "a chain that ends with %s".formatted(Fields.text(statement, "chain_head")),
                    head,
                    "other use was signed");
        }
    }

    private void end() throws IOException, Disagreement {
        long before = rows.count();
        EvidenceRow end = rows.takeFrame("end");
        if (whole(end, "rows") != before) {
            throw end.disagrees("rows", String.valueOf(before), String.valueOf(whole(end, "rows")), POSITION);
        }
        same(end, "sha256", rows.sha256(), "the file was altered");
        rows.none();
    }

    private static Recomputation begun(EvidenceRow about) throws Disagreement {
        try {
            return new Recomputation(about.json());
        } catch (Fields.Wrong e) {
            throw about.disagrees(e, ALTERED);
        } catch (IllegalArgumentException e) {
            throw about.disagrees("inputs", "what an invoice can be made of", String.valueOf(e.getMessage()), ALTERED);
        }
    }

    private void recompute(EvidenceRow about, Recomputation remade) throws Disagreement {
        Remade made;
        try {
            made = Remade.of(about, lines, remade);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw about.disagrees(
                    "inputs", "what the lines can be made of", String.valueOf(e.getMessage()), "it does not add up");
        }
        recomputed = made.compare();
    }

    private Verdict.@Nullable About about() {
        EvidenceRow about = invoice;
        EvidenceRow signed = signature;
        if (about == null || signed == null) {
            return null;
        }
        try {
            return new Verdict.About(
                    text(about, "invoice"),
                    text(about, "number"),
                    text(about, "account"),
                    text(about, "period_start"),
                    text(about, "period_end"),
                    new Money(whole(about, "total_minor"), text(about, "currency")),
                    lines.size(),
                    pieces,
                    earlier,
                    document,
                    recomputed,
                    keyId,
                    pinned != null);
        } catch (Disagreement | IllegalArgumentException e) {
            return null; // the finding says it
        }
    }

    static DraftLine read(EvidenceRow line) throws Disagreement {
        try {
            return DocumentLine.read(line.json());
        } catch (Fields.Wrong e) {
            throw line.disagrees(e, ALTERED);
        }
    }

    private static String text(EvidenceRow row, String field) throws Disagreement {
        try {
            return Fields.text(row.json(), field);
        } catch (Fields.Wrong e) {
            throw row.disagrees(e, ALTERED);
        }
    }

    private static long whole(EvidenceRow row, String field) throws Disagreement {
        try {
            return Fields.whole(row.json(), field);
        } catch (Fields.Wrong e) {
            throw row.disagrees(e, ALTERED);
        }
    }

    private static void same(EvidenceRow row, String field, String expected, String meaning) throws Disagreement {
        try {
            Fields.same(row.json(), field, expected);
        } catch (Fields.Wrong e) {
            throw row.disagrees(e, meaning);
        }
    }
}
