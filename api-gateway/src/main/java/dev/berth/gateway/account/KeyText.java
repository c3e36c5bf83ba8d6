package dev.berth.gateway.account;

import dev.berth.gateway.edge.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The text of an API key: {@code berth_sk_}, 12 characters that find it, 32 random ones (160 bits), and 7 that are the CRC-32 of
 * all before, so that a mistyped key is known without a look at the database and scanners can tell a real one. The alphabet is
 * Crockford's base32 in lower case.
 */
record KeyText(String lookup, String text) {
    static final String PREFIX = "berth_sk_";

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LOOKUP = 12;
    private static final int SECRET = 32;
    private static final int CHECKSUM = 7;
    private static final Pattern FORM =
            Pattern.compile(PREFIX + "[" + ALPHABET + "]{" + (LOOKUP + SECRET + CHECKSUM) + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new one. */
    static KeyText next() {
        StringBuilder text = new StringBuilder(PREFIX);
        for (int i = 0; i < LOOKUP + SECRET; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        String body = text.toString();
        return new KeyText(lookupOf(body), body + checksum(body));
    }

    /** Reads one; empty for what cannot be a key. */
    static Optional<KeyText> parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        String body = text.substring(0, text.length() - CHECKSUM);
        return checksum(body).equals(text.substring(body.length()))
                ? Optional.of(new KeyText(lookupOf(text), text))
                : Optional.empty();
    }

    /** What is stored of it. */
    byte[] hash() {
        return Sha256.of(text);
    }

    private static String lookupOf(String body) {
        return body.substring(PREFIX.length(), PREFIX.length() + LOOKUP);
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
        return PREFIX + lookup + "…";
    }
}
