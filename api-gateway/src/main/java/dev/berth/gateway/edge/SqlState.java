package dev.berth.gateway.edge;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Optional;

/** The SQLSTATE at the bottom of what jOOQ, Spring or the pool threw. */
final class SqlState {
    /** A lock was not had in time. */
    static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String NO_CONNECTION = "08000";

    private SqlState() {}

    /** The state, empty if no SQL exception is the cause. */
    static Optional<String> of(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException) {
                return Optional.of(NO_CONNECTION); // the pool's word when it has none; the state in it may be any
            }
            if (t instanceof SQLException sql) {
                return Optional.of(Objects.requireNonNullElse(sql.getSQLState(), NO_CONNECTION));
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
