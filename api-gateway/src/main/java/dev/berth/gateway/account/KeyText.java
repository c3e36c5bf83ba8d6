package dev.berth.gateway.account;

import dev.berth.gateway.edge.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The text of a key: {@code berth_sk_} for a customer's or another prefix, 12 characters that find it, 32 random ones (160 bits), and 7 that are the CRC-32 of
 * all before, so that a mistyped key is known without a look at the database and scanners can tell a real one. The alphabet is
 * Crockford's base32 in lower case.
 */
public record KeyText(String prefix, String lookup, String text) {
    /** Of customers' keys. */
    static final String PREFIX = "berth_sk_";

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LOOKUP = 12;
    private static final int SECRET = 32;
    private static final int CHECKSUM = 7;
    private static final Pattern FORM = Pattern.compile("[" + ALPHABET + "]{" + (LOOKUP + SECRET + CHECKSUM) + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new one of a customer. */
    static KeyText next() {
        return next(PREFIX);
    }

    /** A new one with a prefix. */
    public static KeyText next(String prefix) {
        StringBuilder text = new StringBuilder(prefix);
        for (int i = 0; i < LOOKUP + SECRET; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        String body = text.toString();
        return new KeyText(prefix, lookupOf(prefix, body), body + checksum(body));
    }

    /** Reads one of a customer; empty for what cannot be a key. */
    static Optional<KeyText> parse(String text) {
        return parse(PREFIX, text);
    }

    /** Reads one with a prefix; empty for what cannot be a key. */
    public static Optional<KeyText> parse(String prefix, String text) {
        if (!text.startsWith(prefix)
                || !FORM.matcher(text.substring(prefix.length())).matches()) {
            return Optional.empty();
        }
        String body = text.substring(0, text.length() - CHECKSUM);
        return checksum(body).equals(text.substring(body.length()))
                ? Optional.of(new KeyText(prefix, lookupOf(prefix, text), text))
                : Optional.empty();
    }

    /** What is stored of it. */
    public byte[] hash() {
        return Sha256.of(text);
    }

    private static String lookupOf(String prefix, String body) {
        return body.substring(prefix.length(), prefix.length() + LOOKUP);
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        char[] digits = new char[CHECKSUM];
        for (int i = CHECKSUM - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (rest & 31));
            rest >>>= 5;
        }
        return new String(digits);
    }

    @Override
    public String toString() {
        return prefix + lookup + "…";
    }
}
