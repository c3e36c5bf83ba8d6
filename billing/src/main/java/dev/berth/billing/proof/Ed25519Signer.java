package dev.berth.billing.proof;

import java.io.IOException;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A private key that signs as RFC 8032 says: the same bytes as Java's own, which multiplies points without a table of their multiples and
 * takes several times as long; a month's end has thousands of signatures. Thread-safe.
 */
final class Ed25519Signer {
    private final Ed25519PrivateKeyParameters key;

    private Ed25519Signer(Ed25519PrivateKeyParameters key) {
        this.key = key;
    }

    /**
     * Of a key in PKCS #8.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Ed25519Signer of(String base64) {
        try {
            if (PrivateKeyFactory.createKey(Base64.getDecoder().decode(base64))
                    instanceof Ed25519PrivateKeyParameters key) {
                return new Ed25519Signer(key);
            }
            throw new IllegalArgumentException("not a private key of Ed25519");
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("not a private key of Ed25519", e);
        }
    }

    /** The signature over some bytes, base64. */
    String sign(byte[] bytes) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, bytes, 0, bytes.length, signature, 0);
        return Base64.getEncoder().encodeToString(signature);
    }
}
