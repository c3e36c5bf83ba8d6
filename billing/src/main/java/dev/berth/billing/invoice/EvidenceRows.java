package dev.berth.billing.invoice;

import dev.berth.billing.invoice.EvidenceRow.Disagreement;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.HashChain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads an evidence file row by row: each is one line of canonical JSON, so that every byte of it means something. Not thread-safe; the
 * stream should be buffered.
 */
final class EvidenceRows {
    private static final int MAX_ROW_BYTES = 16 << 20;
    private static final int GZIP = 0x1f;

    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private final MessageDigest digest = HashChain.sha256();
    private long number;

    EvidenceRows(InputStream in) {
        this.in = in;
    }

    /**
     * The next row, which must be of a kind.
     *
     * @throws Disagreement if it is not, is not there, or is not in the one form that a row has
     */
    EvidenceRow take(String kind) throws IOException, Disagreement {
        byte[] bytes = line(kind);
        number++;
        String altered = number == 1 ? alien(bytes) : "it was altered";
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw broken(kind, "text in UTF-8", "other bytes", altered);
        }
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw broken(kind, "a JSON object", text, altered);
        }
        if (!(json instanceof ObjectNode object)) {
            throw broken(kind, "a JSON object", text, altered);
        }
        EvidenceRow row = new EvidenceRow(number, object.path("row").asString("?"), object);
        if (!Arrays.equals(canonical(row), bytes)) {
            throw row.disagrees("bytes", "canonical JSON (RFC 8785)", text, "it was altered, or written anew");
        }
        if (!row.kind().equals(kind)) {
            throw row.disagrees(
                    "row", kind, row.kind(), "it was altered, or rows are missing, doubled or in another order");
        }
        return row;
    }

    /** A row that belongs to no chain: its hash is of itself alone. */
    EvidenceRow takeFrame(String kind) throws IOException, Disagreement {
        EvidenceRow row = take(kind);
        hash(row, HashChain.FRAME);
        return row;
    }

    /**
     * Compares the hash of a row with what comes of it and the one before, and answers it.
     *
     * @throws Disagreement if they differ
     */
    static String hash(EvidenceRow row, String before) throws Disagreement {
        String expected = HashChain.next(before, row.json());
        String found = row.json().path(HashChain.HASH).asString("");
        if (!found.equals(expected)) {
            throw row.disagrees(
                    HashChain.HASH, expected, found, "the row was altered, or does not follow the one before it");
        }
        return found;
    }

    /** How many rows were read. */
    long count() {
        return number;
    }

    /** The SHA-256 of all rows so far. */
    String sha256() {
        try {
            return HashChain.hex((MessageDigest) digest.clone());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java's SHA-256 cannot be asked twice", e);
        }
    }

    /**
     * That nothing follows.
     *
     * @throws Disagreement if something does
     */
    void none() throws IOException, Disagreement {
        if (in.read() >= 0) {
            number++;
            throw broken("end", "the end of the file", "more", "something was added");
        }
    }

    private byte[] line(String kind) throws IOException, Disagreement {
        line.reset();
        int next = in.read();
        if (next < 0) {
            number++;
            throw broken(kind, "a row of this kind", "the end of the file", "rows are missing");
        }
        while (next != '\n') {
            if (next < 0 || line.size() >= MAX_ROW_BYTES) {
                number++;
                throw broken(
                        kind,
                        "a line feed",
                        next < 0 ? "the end of the file" : "more than %d bytes".formatted(MAX_ROW_BYTES),
                        "the row was cut, or altered");
            }
            line.write(next);
            next = in.read();
        }
        byte[] bytes = line.toByteArray();
        if (!kind.equals("end")) {
            digest.update(bytes);
            digest.update((byte) '\n');
        }
        return bytes;
    }

    private static byte[] canonical(EvidenceRow row) {
        try {
            return Canonical.bytes(row.json());
        } catch (IllegalArgumentException e) {
            return new byte[0]; // a number that is not whole, which no row has
        }
    }

    private static String alien(byte[] bytes) {
        boolean packed = bytes.length > 1
                && ((bytes[0] == 'P' && bytes[1] == 'K') || (bytes[0] == GZIP && bytes[1] == (byte) 0x8b));
        return packed ? "it is an archive: unpack it first" : "it is no evidence of an invoice, or was altered";
    }

    private Disagreement broken(String kind, String expected, String found, String meaning) {
        return new EvidenceRow(number, kind, JsonMapper.shared().createObjectNode())
                .disagrees("bytes", expected, found, meaning);
    }
}
