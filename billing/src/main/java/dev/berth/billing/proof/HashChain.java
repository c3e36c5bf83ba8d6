package dev.berth.billing.proof;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows that each hold the hash of all before them: {@code hash(n) = SHA-256(hash(n-1) ‖ canonical JSON of the row without its hash)}.
 * Hashes are 64 lower-case hexadecimal digits. Pure.
 */
public final class HashChain {
    /** The field of a row that holds its hash. */
    public static final String HASH = "hash";

    /** Before the first row of an invoice's document. */
    public static final String DOCUMENT = start("berth invoice document 1");

    /** Before each row of an evidence file that belongs to neither a document nor the chain of use. */
    public static final String FRAME = start("berth evidence 1");

    private HashChain() {}

    /** Before the first piece of use of an account. */
    public static String ofUse(String account) {
        return start("berth usage chain 1 " + account);
    }

    /** The hash of a row behind another. */
    public static String next(String before, ObjectNode row) {
        ObjectNode bare = row.has(HASH) ? row.deepCopy() : row;
        bare.remove(HASH);
        return next(before, Canonical.bytes(bare));
    }

    /** The hash of a row behind another, the canonical bytes of the row without its hash being known. */
    static String next(String before, byte[] row) {
        MessageDigest digest = sha256();
        digest.update(HexFormat.of().parseHex(before));
        digest.update(row);
        return hex(digest);
    }

    /** Puts its hash into a row, which it answers. */
    public static String link(String before, ObjectNode row) {
        String hash = next(before, row);
        row.put(HASH, hash);
        return hash;
    }

    /** A digest that was fed, in hexadecimal digits. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256, which every Java has. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static String start(String purpose) {
        MessageDigest digest = sha256();
        digest.update(purpose.getBytes(StandardCharsets.UTF_8));
        return hex(digest);
    }
}
