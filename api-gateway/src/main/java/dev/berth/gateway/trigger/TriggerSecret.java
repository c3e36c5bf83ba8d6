package dev.berth.gateway.trigger;

import dev.berth.gateway.edge.Sha256;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The secret in the URL of a trigger: {@code berth_tr_}, 12 characters that find it, and 32 random ones (160 bits). The alphabet is
 * Crockford's base32 in lower case.
 */
record TriggerSecret(String lookup, String text) {
    static final String PREFIX = "berth_tr_";

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LOOKUP = 12;
    private static final int SECRET = 32;
    private static final Pattern FORM = Pattern.compile(PREFIX + "[" + ALPHABET + "]{" + (LOOKUP + SECRET) + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new one. */
    static TriggerSecret next() {
        StringBuilder text = new StringBuilder(PREFIX);
        for (int i = 0; i < LOOKUP + SECRET; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return of(text.toString());
    }

    /** Reads one; empty for what cannot be one. */
    static Optional<TriggerSecret> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(of(text)) : Optional.empty();
    }

    private static TriggerSecret of(String text) {
        return new TriggerSecret(text.substring(PREFIX.length(), PREFIX.length() + LOOKUP), text);
    }

    /** What is stored of it: SHA-256, which is enough for a secret of 160 random bits. */
    byte[] hash() {
        return Sha256.of(text);
    }

    @Override
    public String toString() {
        return PREFIX + lookup + "…";
    }
}
