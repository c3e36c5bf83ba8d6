package dev.berth.gateway.login;

import dev.berth.gateway.edge.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What binds a way to the provider and back to one browser: 256 random bits in its cookie. State, nonce and PKCE verifier
 * (RFC 7636) are keyed hashes of them, so that none of them is kept, and none leads to another.
 */
record FlowSecret(String cookie) {
    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new one. */
    static FlowSecret next() {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return new FlowSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Reads a cookie; empty for what cannot be one. */
    static Optional<FlowSecret> parse(@Nullable String cookie) {
        return cookie != null && FORM.matcher(cookie).matches()
                ? Optional.of(new FlowSecret(cookie))
                : Optional.empty();
    }

    /** What is kept of it. */
    byte[] hash() {
        return Sha256.of(cookie);
    }

    /** Goes to the provider and comes back as it was. */
    String state() {
        return keyed("berth oidc state");
    }

    /** Stands in the ID token. */
    String nonce() {
        return keyed("berth oidc nonce");
    }

    /** Shows that who brings the code is who asked for it; 43 characters of 256 bits. */
    String verifier() {
        return keyed("berth oidc verifier");
    }

    /** Whether a state that came back is this one's; the same time for any. */
    boolean isState(String given) {
        return MessageDigest.isEqual(state().getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private String keyed(String what) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(cookie.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(what.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "FlowSecret[…]";
    }
}
