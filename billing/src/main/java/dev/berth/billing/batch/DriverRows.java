package dev.berth.billing.batch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jooq.Cursor;
import org.jooq.ResultQuery;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the driver has them, a few thousand at a time in memory: where there are many of many columns, records of jOOQ's would cost more than
 * the query.
 */
public final class DriverRows {
    private static final int FETCH = 2_000;

    private DriverRows() {}

    /** Reads one row. */
    @FunctionalInterface
    public interface Reader {
        /** Reads the row at which the set stands; it moves the set no further. */
        void read(ResultSet row) throws SQLException;
    }

    /**
     * Hands over each row of a query, in its order. The context has to be inside a transaction, or all rows are fetched at once.
     *
     * @throws DataAccessException if a row cannot be read
     */
    public static void each(ResultQuery<?> query, Reader reader) {
        try (Cursor<?> rows = query.fetchSize(FETCH).fetchLazy()) {
            ResultSet set = Objects.requireNonNull(rows.resultSet());
            while (set.next()) {
                reader.read(set);
            }
        } catch (SQLException e) {
            throw new DataAccessException("the rows of a query cannot be read", e);
        }
    }

    /** A {@code timestamptz}, null where it is. */
    public static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
