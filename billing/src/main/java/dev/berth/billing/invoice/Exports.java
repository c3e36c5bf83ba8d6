package dev.berth.billing.invoice;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/**
 * Bounds what is written from the database while a reader takes it, since each holds a connection: a few at a time, one of an account,
 * and each for a limited time. Thread-safe.
 */
@Component
final class Exports {
    private static final int AT_ONCE = 4;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Set<AccountId> accounts = ConcurrentHashMap.newKeySet();

    /** The right to write one. */
    final class Place implements AutoCloseable {
        private final AccountId account;
        private final long endNanos = System.nanoTime() + LONGEST.toNanos();

        private Place(AccountId account) {
            this.account = account;
        }

        /** Writes to a stream, for as long as that may take. */
        Consumer<byte[]> into(OutputStream out) {
            return bytes -> {
                if (System.nanoTime() - endNanos > 0) {
                    throw new UncheckedIOException(
                            new IOException("an export of %s took more than %s".formatted(account, LONGEST)));
                }
                try {
                    out.write(bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
        }

        @Override
        public void close() {
            accounts.remove(account);
            places.release();
        }
    }

    /**
     * Takes a place.
     *
     * @throws Refusal {@code busy} if there is none
     */
    Place take(AccountId account) {
        if (!places.tryAcquire()) {
            throw new Refusal(ErrorCode.BUSY, "%d exports run, which is as many as may.".formatted(AT_ONCE));
        }
        if (!accounts.add(account)) {
            places.release();
            throw new Refusal(ErrorCode.BUSY, "An export of this account runs already.");
        }
        return new Place(account);
    }
}
