package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.lifecycle.FactTransaction;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * The time in which this replica is the one that acts. Every write is a transaction that checks the lease's number first and
 * writes its facts last. Thread-safe.
 */
final class Tenure {
    /** Of the lease. */
    static final Duration TERM = Duration.ofSeconds(10);

    private static final long NONE = -1;

    private final DSLContext dsl;
    private final Lease lease;
    private final Outbox outbox;
    private final HostClock clock;
    private volatile long fence = NONE;
    private volatile long renewedNanos;

    Tenure(DSLContext dsl, Lease lease, Outbox outbox, HostClock clock) {
        this.dsl = dsl;
        this.lease = lease;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Takes or renews the lease; answers whether it is ours. */
    boolean renew() {
        long begun = System.nanoTime();
        OptionalLong held = lease.hold();
        if (held.isPresent()) {
            renewedNanos = begun;
            fence = held.getAsLong();
            return true;
        }
        fence = NONE;
        return false;
    }

    /** Whether the lease is ours and cannot have ended yet, by this process's own clock. */
    boolean held() {
        return fence != NONE && System.nanoTime() - renewedNanos < TERM.toNanos();
    }

    /** Gives the lease back. */
    void release() {
        if (fence != NONE) {
            fence = NONE;
            lease.release();
        }
    }

    /**
     * Changes rows and tells facts.
     *
     * @throws Lease.Fenced if another replica acts now; nothing was changed
     */
    <T> T write(Function<FactTransaction, T> work) {
        long number = fence;
        if (number == NONE) {
            throw new Lease.Fenced("this replica does not hold the lease");
        }
        try (HostClock.Stamp stamp = clock.stamp()) {
            return dsl.transactionResult(configuration -> {
                DSLContext transaction = configuration.dsl();
                lease.check(transaction, number);
                FactTransaction facts = new FactTransaction(transaction, stamp.time());
                T result = work.apply(facts);
                if (!facts.facts().isEmpty()) {
                    outbox.appendAll(transaction, facts.facts());
                }
                return result;
            });
        } catch (Lease.Fenced e) {
            fence = NONE;
            throw e;
        }
    }

    /** Reads rows. */
    <T> T read(Function<DSLContext, T> work) {
        return work.apply(dsl);
    }
}
