package dev.berth.billing.proof;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Signatures of RFC 8032, checked by Java alone; {@link Ed25519Signer} makes them. Keys and signatures are base64; public keys are SubjectPublicKeyInfo, as openssl has them. Pure. */
public final class Ed25519 {
    /** How it is called in answers. */
    public static final String NAME = "Ed25519";

    private static final int ID_DIGITS = 32;

    private Ed25519() {}

    /** A new pair. */
    static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance(NAME).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** The id of a public key: the first 32 hexadecimal digits of the SHA-256 of its bytes. */
    public static String id(String publicKey) {
        MessageDigest digest = HashChain.sha256();
        digest.update(Base64.getDecoder().decode(publicKey));
        return HashChain.hex(digest).substring(0, ID_DIGITS);
    }

    /** Whether a signature is of these bytes and by this key; false for what is no key or signature. */
    public static boolean verifies(String publicKey, byte[] bytes, String signature) {
        try {
            PublicKey key = KeyFactory.getInstance(NAME)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
            Signature verifier = Signature.getInstance(NAME);
            verifier.initVerify(key);
            verifier.update(bytes);
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // which is the answer
        }
    }
}
