package dev.berth.gateway.edge;

import java.sql.SQLException;
import java.util.Optional;

/** The SQLSTATE at the bottom of what jOOQ, Spring or the pool threw. */
final class SqlState {
    /** A lock was not had in time. */
    static final String LOCK_NOT_AVAILABLE = "55P03";

    private SqlState() {}

    /** The state, empty if no SQL exception is the cause. */
    static Optional<String> of(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state == null
                        ? Optional.of("08000")
                        : Optional.of(state); // a pool that has no connection says none
            }
        }
        return Optional.empty();
    }

    /** Connection (08), resources (53), operator intervention (57): nothing the caller did. */
    static boolean isAway(String state) {
        return state.startsWith("08") || state.startsWith("53") || state.startsWith("57");
    }

    /** Deadlock and serialization failures and locks that were not had: the same may work in a moment. */
    static boolean isBusy(String state) {
        return state.startsWith("40") || state.equals(LOCK_NOT_AVAILABLE);
    }
}
