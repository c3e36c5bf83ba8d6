package dev.berth.billing.proof;

import static dev.berth.schema.db.billing.Tables.SIGNING_KEY;

import dev.berth.schema.db.billing.tables.records.SigningKeyRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.SecretBox;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The keys that sign invoices: one in use, made at the first start, and those before it, whose public halves stay for ever. Private
 * halves are sealed by a secret that only this service has (BERTH_SIGNING_SECRET) or, where there is none, by one derived from the
 * secret that the services share. One that cannot be opened any more is replaced at the start. Thread-safe.
 */
@Component
public final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    /** What belongs to no account is sealed for this one, which nobody has. */
    private static final AccountId PLATFORM = new AccountId(new UUID(0, 0));

    private final DSLContext dsl;
    private final InstantSource clock;
    private final SecretBox box;
    private final Map<String, Ed25519Signer> opened = new ConcurrentHashMap<>();

    /** The public half of a key; {@code retiredAt} null while it signs. */
    public record SigningKey(
            String keyId,
            String algorithm,
            String publicKey,
            Instant createdAt,
            @Nullable Instant retiredAt) {}

    /** A signature, base64, and by which key. */
    public record Signed(String keyId, String signature) {}

    /** Signs. Thread-safe. */
    @FunctionalInterface
    public interface Signer {
        /** The signature over some bytes. */
        Signed sign(byte[] bytes);
    }

    public SigningKeys(
            DSLContext dsl,
            @Qualifier("everybodysClock") InstantSource clock,
            @Value("${berth.signing-secret:}") String signingSecret,
            @Value("${berth.identity-secret}") String identitySecret) {
        this.dsl = dsl;
        this.clock = clock;
        MessageDigest derived = HashChain.sha256();
        derived.update(("berth signing keys " + identitySecret).getBytes(StandardCharsets.UTF_8));
        String fallback = HashChain.hex(derived);
        this.box = new SecretBox(signingSecret.isBlank() ? fallback : signingSecret + "," + fallback);
        ready();
        // the first signature makes tables, which takes as long as a thousand others: not while a customer's month is
        // closed
        opened.values().forEach(key -> Thread.ofVirtual().name("signing").start(() -> key.sign(new byte[0])));
    }

    /** The key in use, for one transaction. */
    public Signer signer(DSLContext transaction) {
        SigningKeyRecord row = inUse(transaction).orElseThrow();
        Ed25519Signer key = opened.computeIfAbsent(row.getKeyId(), _ -> open(row));
        return bytes -> new Signed(row.getKeyId(), key.sign(bytes));
    }

    /** All public keys, the newest first. */
    public List<SigningKey> all() {
        return dsl.selectFrom(SIGNING_KEY)
                .orderBy(SIGNING_KEY.CREATED_AT.desc(), SIGNING_KEY.KEY_ID)
                .fetch(SigningKeys::read);
    }

    /** The public half of a key. */
    public SigningKey get(DSLContext transaction, String keyId) {
        return transaction
                .selectFrom(SIGNING_KEY)
                .where(SIGNING_KEY.KEY_ID.eq(keyId))
                .fetchSingle(SigningKeys::read);
    }

    /**
     * Takes a new key into use. What the former one signed stays valid.
     *
     * @param requestKey of the request that asks for it: asked again, it is the same key
     */
    public SigningKey rotate(@Nullable String requestKey) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction.execute("lock table signing_key in share row exclusive mode");
            Optional<SigningKeyRecord> made = requestKey == null
                    ? Optional.empty()
                    : transaction
                            .selectFrom(SIGNING_KEY)
                            .where(SIGNING_KEY.REQUEST_KEY.eq(requestKey))
                            .fetchOptional();
            return read(made.orElseGet(() -> replace(transaction, requestKey)));
        });
    }

    /** Makes the first key, opens the one in use, and replaces it if it cannot be opened. */
    private void ready() {
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction.execute("lock table signing_key in share row exclusive mode");
            SigningKeyRecord row = inUse(transaction).orElseGet(() -> replace(transaction, null));
            try {
                opened.put(row.getKeyId(), open(row));
            } catch (IllegalArgumentException e) {
                LOG.atError()
                        .addKeyValue("key", row.getKeyId())
                        .setCause(e)
                        .log("the key that signs invoices cannot be opened; a new one takes its place");
                SigningKeyRecord made = replace(transaction, null);
                opened.put(made.getKeyId(), open(made));
            }
        });
    }

    private SigningKeyRecord replace(DSLContext transaction, @Nullable String requestKey) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        transaction
                .update(SIGNING_KEY)
                .set(SIGNING_KEY.RETIRED_AT, now)
                .where(SIGNING_KEY.RETIRED_AT.isNull())
                .execute();
        KeyPair pair = Ed25519.pair();
        String publicKey = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        String id = Ed25519.id(publicKey);
        String privateKey = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
        SigningKeyRecord row = new SigningKeyRecord();
        row.setKeyId(id);
        row.setPublicKey(publicKey);
        row.setSealed(box.seal(PLATFORM, name(id), 1, privateKey));
        row.setRequestKey(requestKey);
        row.setCreatedAt(now);
        transaction.insertInto(SIGNING_KEY).set(row).execute();
        return row;
    }

    private Ed25519Signer open(SigningKeyRecord row) {
        return Ed25519Signer.of(box.open(PLATFORM, name(row.getKeyId()), 1, row.getSealed()));
    }

    private static Optional<SigningKeyRecord> inUse(DSLContext transaction) {
        return transaction
                .selectFrom(SIGNING_KEY)
                .where(SIGNING_KEY.RETIRED_AT.isNull())
                .fetchOptional();
    }

    private static String name(String keyId) {
        return "signing_key/" + keyId;
    }

    private static SigningKey read(SigningKeyRecord row) {
        return new SigningKey(row.getKeyId(), Ed25519.NAME, row.getPublicKey(), row.getCreatedAt(), row.getRetiredAt());
    }
}
