package dev.berth.schema.wire;

import java.time.Duration;
import java.util.OptionalLong;
import org.jooq.DSLContext;

/**
 * A lease on a loop that only one replica may run. Each holder gets a greater fencing number than the one before, and
 * {@link #check} inside the transaction of every effect makes the database refuse a holder that was paused and replaced
 * (Kleppmann, "How to do distributed locking"). Time is the database's. Thread-safe.
 */
public final class Lease {
    /** Thrown by {@link #check} when somebody else holds the lease now: undo and stop. */
    public static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Fenced(String message) {
            super(message);
        }
    }

    public Lease(Wire wire, String name, Duration term) {
        throw new UnsupportedOperationException();
    }

    /** Takes or renews it: the fencing number while it is ours, empty while another replica holds it. */
    public OptionalLong hold() {
        throw new UnsupportedOperationException();
    }

    /**
     * Locks the lease row for the rest of the transaction and compares.
     *
     * @throws Fenced if the number is not the current one
     */
    public void check(DSLContext transaction, long fence) {
        throw new UnsupportedOperationException();
    }

    /** Gives it back, so that another replica need not wait for the term to end. */
    public void release() {
        throw new UnsupportedOperationException();
    }
}
