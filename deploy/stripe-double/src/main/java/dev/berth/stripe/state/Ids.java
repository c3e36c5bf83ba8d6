package dev.berth.stripe.state;

import java.security.SecureRandom;

/** Ids and secrets in Stripe's form: a prefix that tells the kind, and random letters and digits. Safe for use by several threads. */
public final class Ids {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** A new id such as {@code cus_Nz…}, with 24 random characters. */
    public static String next(String prefix) {
        return prefix + "_" + random(24);
    }

    /** Random characters. */
    public static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** A random whole number from 0 to below the bound. */
    public static int below(int bound) {
        return RANDOM.nextInt(bound);
    }
}
