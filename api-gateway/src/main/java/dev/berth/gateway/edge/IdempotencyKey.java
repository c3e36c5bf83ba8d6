package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The {@code Idempotency-Key} of a request, and what is derived from it. Only its hash is stored. The answer is sealed
 * (AES-256-GCM) with a key made of the idempotency key and the whole request, so that a copy of the database shows neither the
 * secrets in answers nor, by a plain hash, the passwords in requests.
 */
final class IdempotencyKey {
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e][\\x20-\\x7e]{0,254}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final String caller;
    private final byte[] hash;
    private final byte[] fingerprint;
    private final byte[] sealing;
    private final byte[] effect;

    private IdempotencyKey(String caller, byte[] hash, byte[] fingerprint, byte[] sealing, byte[] effect) {
        this.caller = caller;
        this.hash = hash;
        this.fingerprint = fingerprint;
        this.sealing = sealing;
        this.effect = effect;
    }

    /**
     * Reads it from a request, empty if there is none.
     *
     * @throws Refusal 422 if it is not 1 to 255 printable ASCII characters
     */
    static Optional<IdempotencyKey> of(HttpServletRequest request, String caller) {
        String key = request.getHeader("Idempotency-Key");
        if (key == null) {
            return Optional.empty();
        }
        if (!FORM.matcher(key).matches()) {
            throw Refusal.of(ErrorCode.INVALID, "The header Idempotency-Key is not usable.")
                    .field("Idempotency-Key", "must be 1 to 255 printable ASCII characters");
        }
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        byte[] head = "%s %s%s\n"
                .formatted(request.getMethod(), request.getRequestURI(), query)
                .getBytes(StandardCharsets.UTF_8);
        byte[] body = BodyFilter.of(request);
        return Optional.of(new IdempotencyKey(
                caller,
                Sha256.of(key),
                mac(key, "fingerprint", head, body),
                mac(key, "seal", head, body),
                mac(key, "effect " + caller, head, body)));
    }

    String caller() {
        return caller;
    }

    byte[] hash() {
        return hash.clone();
    }

    byte[] fingerprint() {
        return fingerprint.clone();
    }

    /** What other services know a repetition of this request by. */
    String effect() {
        return HexFormat.of().formatHex(effect);
    }

    byte[] seal(byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] closed = cipher(Cipher.ENCRYPT_MODE, nonce, plain, 0, plain.length);
        byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + closed.length);
        System.arraycopy(closed, 0, all, NONCE_BYTES, closed.length);
        return all;
    }

    byte[] open(byte[] closed) {
        byte[] nonce = Arrays.copyOf(closed, NONCE_BYTES);
        return cipher(Cipher.DECRYPT_MODE, nonce, closed, NONCE_BYTES, closed.length - NONCE_BYTES);
    }

    private byte[] cipher(int mode, byte[] nonce, byte[] in, int offset, int length) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(sealing, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(caller.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(in, offset, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a stored answer could not be sealed or opened", e);
        }
    }

    private static byte[] mac(String key, String purpose, byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            mac.update((purpose + '\n').getBytes(StandardCharsets.UTF_8));
            mac.update(head);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
        }
    }
}
