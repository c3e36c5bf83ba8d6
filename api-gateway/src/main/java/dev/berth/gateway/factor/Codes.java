package dev.berth.gateway.factor;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes of a secret and the time: six digits of HMAC-SHA-1 over the number of the half minute (RFC 6238 with its defaults, which every
 * authenticator knows). One step before and after is taken too, for clocks that differ. Pure but for new secrets.
 */
final class Codes {
    private static final int SECRET_BYTES = 20;
    private static final long STEP_S = 30;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TimeBasedOneTimePasswordGenerator GENERATOR = new TimeBasedOneTimePasswordGenerator();

    private Codes() {}

    /** A new secret of 160 bits, in base32 (RFC 4648) as authenticators read it. */
    static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return base32(secret);
    }

    /** A new code for recovery: 80 bits as 16 letters and digits with hyphens between. */
    static String newRecoveryCode() {
        byte[] bytes = new byte[10];
        RANDOM.nextBytes(bytes);
        String text = base32(bytes);
        return String.join(
                "-", text.substring(0, 4), text.substring(4, 8), text.substring(8, 12), text.substring(12, 16));
    }

    /** As it is hashed, whatever way it was typed. */
    static String normal(String typed) {
        return typed.replaceAll("[\\s-]", "").toUpperCase(java.util.Locale.ROOT);
    }

    /** The step whose code it is, of those around a time and after another; empty if it is none's. */
    static OptionalLong step(String secret, String code, Instant now, long after) {
        long present = now.getEpochSecond() / STEP_S;
        OptionalLong found = OptionalLong.empty();
        for (long step = present - 1; step <= present + 1; step++) {
            boolean same = MessageDigest.isEqual(
                    code(secret, step).getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
            if (same && step > after) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /** The code of a step. */
    static String code(String secret, long step) {
        try {
            return GENERATOR.generateOneTimePasswordString(
                    new SecretKeySpec(bytes(secret), GENERATOR.getAlgorithm()), Instant.ofEpochSecond(step * STEP_S));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a secret of second factors is no key", e);
        }
    }

    /** What authenticators read from a link or a QR code. */
    static String address(String secret, String email) {
        String label =
                URLEncoder.encode("Berth:" + email, StandardCharsets.UTF_8).replace("+", "%20");
        return "otpauth://totp/%s?secret=%s&issuer=Berth".formatted(label, secret);
    }

    static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        long buffer = 0;
        int bits = 0;
        for (byte one : bytes) {
            buffer = (buffer << 8) | (one & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32.charAt((int) (buffer >> bits) & 31));
            }
        }
        return text.toString();
    }

    private static byte[] bytes(String base32) {
        byte[] bytes = new byte[base32.length() * 5 / 8];
        long buffer = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < base32.length(); i++) {
            buffer = (buffer << 5) | BASE32.indexOf(base32.charAt(i));
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (buffer >> bits);
            }
        }
        return bytes;
    }
}
