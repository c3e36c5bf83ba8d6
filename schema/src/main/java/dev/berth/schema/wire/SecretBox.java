package dev.berth.schema.wire;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.AESDecrypter;
import com.nimbusds.jose.crypto.AESEncrypter;
import dev.berth.schema.id.AccountId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Seals the secrets of tenants and opens them again: envelope encryption as JWE (RFC 7516), a key of its own for each value (A256GCM),
 * wrapped by a key outside the database (A256GCMKW; setting {@code berth.secret-key}). Account, name and version are in the protected
 * header, so a sealed value opens as no other. Thread-safe.
 *
 * <p>The setting may be several keys with commas between: the first seals, each opens what it sealed, so that a key can be replaced.
 */
public final class SecretBox {
    /** The least bytes of a key as it is set. */
    public static final int MIN_BYTES = 32;

    private static final String ACCOUNT = "acct";
    private static final String NAME = "name";
    private static final String VERSION = "ver";
    private static final int KEY_ID_BYTES = 6;

    private final Map<String, byte[]> keys = new LinkedHashMap<>();
    private final String first;

    /**
     * Takes the keys.
     *
     * @throws IllegalArgumentException if one is shorter than 32 bytes
     */
    public SecretBox(String setting) {
        List<String> ids = new ArrayList<>();
        for (String key : setting.split(",", -1)) {
            byte[] bytes = key.strip().getBytes(StandardCharsets.UTF_8);
            if (bytes.length < MIN_BYTES) {
                throw new IllegalArgumentException(
                        "a key for secrets (BERTH_SECRET_KEY) needs at least %d bytes, one has %d"
                                .formatted(MIN_BYTES, bytes.length));
            }
            byte[] hash = sha256(bytes);
            String id = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(java.util.Arrays.copyOf(sha256(hash), KEY_ID_BYTES));
            keys.put(id, hash);
            ids.add(id);
        }
        first = ids.getFirst();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Seals a value. */
    public String seal(AccountId account, String name, int version, String value) {
        JWEObject jwe = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.A256GCMKW, EncryptionMethod.A256GCM)
                        .keyID(first)
                        .customParam(ACCOUNT, account.toString())
                        .customParam(NAME, name)
                        .customParam(VERSION, version)
                        .build(),
                new Payload(value));
        try {
            jwe.encrypt(new AESEncrypter(keys.get(first)));
        } catch (JOSEException e) {
            throw new IllegalStateException("the key for secrets does not work", e);
        }
        return jwe.serialize();
    }

    /**
     * Opens what was sealed for this account, name and version.
     *
     * @throws IllegalArgumentException if it was sealed for something else, was altered, or by a key that is not set here; the message
     *     has nothing of the value
     */
    public String open(AccountId account, String name, int version, String sealed) {
        try {
            JWEObject jwe = JWEObject.parse(sealed);
            JWEHeader header = jwe.getHeader();
            byte[] key = header.getKeyID() == null ? null : keys.get(header.getKeyID());
            if (key == null) {
                throw new IllegalArgumentException(
                        "the secret '%s' was sealed by a key that is not set here (BERTH_SECRET_KEY)".formatted(name));
            }
            boolean same = account.toString().equals(header.getCustomParam(ACCOUNT))
                    && name.equals(header.getCustomParam(NAME))
                    && header.getCustomParam(VERSION) instanceof Number number
                    && number.intValue() == version;
            if (!same) {
                throw new IllegalArgumentException(
                        "the secret '%s' was sealed for another account, name or version".formatted(name));
            }
            jwe.decrypt(new AESDecrypter(key));
            return jwe.getPayload().toString();
        } catch (ParseException | JOSEException e) {
            throw new IllegalArgumentException("the secret '%s' cannot be opened: it was altered".formatted(name), e);
        }
    }
}
