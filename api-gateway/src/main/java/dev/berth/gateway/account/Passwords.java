package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Hashes of passwords: Argon2id (RFC 9106) with 19 MiB, two passes, one lane, as OWASP's cheat sheet has it, in PHC string
 * format. At most {@link #AT_ONCE} are made at a time and {@link #WAITING} wait; who comes then is refused, so that a flood of
 * sign-ins costs neither all memory nor all processors. They are made on threads of their own: on the virtual threads of requests
 * they would keep all others from running. Nobody may wait for one inside of a transaction: a crowd of sign-ups would hold all
 * connections of the database. Thread-safe.
 */
@Component
class Passwords implements AutoCloseable {
    static final int MEMORY_KIB = 19 * 1024;
    static final int PASSES = 2;
    static final int AT_ONCE = 2;
    static final int WAITING = 12;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ExecutorService workers = new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("argon2-", 0).daemon().factory());
    private final int memoryKib;
    private final int passes;
    private final String head;
    private final String nobodys;

    /** With the parameters of the cheat sheet; there are no settings that could make them weaker. */
    Passwords() {
        this(MEMORY_KIB, PASSES);
    }

    /** With other parameters: tests that are about something else sign up a thousand times. */
    Passwords(int memoryKib, int passes) {
        this.memoryKib = memoryKib;
        this.passes = passes;
        head = "$argon2id$v=19$m=%d,t=%d,p=1$".formatted(memoryKib, passes);
        nobodys = hash("nobody has this password");
    }

    /** A new hash with a new salt. */
    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return head + encoder.encodeToString(salt) + "$" + encoder.encodeToString(argon2id(password, salt));
    }

    /** Whether a password belongs to a hash. Takes the same time for any. */
    boolean matches(String password, String hash) {
        if (!hash.startsWith(head)) {
            throw new IllegalStateException("a stored password hash has other parameters than " + head);
        }
        String[] parts = hash.substring(head.length()).split("\\$", -1);
        byte[] salt = Base64.getDecoder().decode(parts[0]);
        return MessageDigest.isEqual(Base64.getDecoder().decode(parts[1]), argon2id(password, salt));
    }

    /** A hash to compare with when there is no such person, so that the answer takes as long. */
    String nobodys() {
        return nobodys;
    }

    private byte[] argon2id(String password, byte[] salt) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("a password is hashed before the transaction begins");
        }
        try {
            return workers.submit(() -> compute(password, salt)).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException | TimeoutException e) {
            throw busy().because(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a password could not be hashed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy().because(e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

    private byte[] compute(String password, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[HASH_BYTES];
        String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
        generator.generateBytes(normal.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private static Refusal busy() {
        return Refusal.of(ErrorCode.BUSY, "Too many people sign in at this moment.")
                .retryAfter(Duration.ofSeconds(3));
    }
}
