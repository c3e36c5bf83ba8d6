package dev.berth.schema.wire;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** Tells a failure of the surroundings, which passes, from a failure of the thing itself, which stays. Pure. */
final class Failures {
    private Failures() {}

    /**
     * Whether trying the same again may work: the database or Kafka is away, full, starting or stopping, or two transactions
     * were in each other's way.
     */
    static boolean isTransient(Throwable failure) {
        int depth = 0;
        for (Throwable at = failure; at != null && depth < 20; at = at.getCause(), depth++) {
            if (at instanceof SQLTransientException
                    || at instanceof SQLRecoverableException
                    || at instanceof RetriableException
                    || at instanceof InterruptException
                    || at instanceof InterruptedException
                    || at instanceof Lease.Fenced
                    || at instanceof InboxTable.Raced
                    || (at instanceof SQLException sql && isTransientState(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    /** By the SQLSTATE codes of PostgreSQL (its manual, appendix A). */
    static boolean isTransientState(@Nullable String state) {
        if (state == null || state.length() != 5) {
            return false;
        }
        return switch (state.substring(0, 2)) {
            // connection exception, insufficient resources, operator intervention, system error
            case "08", "53", "57", "58" -> true;
            default ->
                switch (state) {
                    // serialization failure, deadlock, idle in transaction, read-only (a standby), lock not available
                    case "40001", "40P01", "25P03", "25006", "55P03" -> true;
                    default -> false;
                };
        };
    }

    /** What to store or show of a failure: class and message of it and of its causes, at most 2,000 characters. */
    static String textOf(Throwable failure) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        for (Throwable at = failure; at != null && depth < 5; at = at.getCause(), depth++) {
            if (at instanceof DataAccessException && at.getCause() != null) {
                continue; // its message is the whole statement; what the database says is in the cause
            }
            text.append(text.isEmpty() ? "" : " ← ")
                    .append(at.getClass().getSimpleName())
                    .append(": ")
                    .append(String.valueOf(at.getMessage()).replaceAll("\\s+", " "));
        }
        return text.length() <= 2_000 ? text.toString() : text.substring(0, 2_000) + "…";
    }
}
