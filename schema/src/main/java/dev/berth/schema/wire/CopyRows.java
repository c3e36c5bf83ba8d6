package dev.berth.schema.wire;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows for one table, sent by COPY in PostgreSQL's binary format (its manual, "COPY, Binary Format"): the cheapest way in for both sides,
 * as nothing is printed and parsed again, and PostgreSQL writes a page of rows at a time. What a statement with arrays costs the two for
 * a thousand rows, this costs for several thousand. Constraints, defaults and triggers hold as for any insert. Not thread-safe.
 *
 * <p>The values of a row are given in the order of the columns, each of exactly its column's type; instants are cut to microseconds.
 */
public final class CopyRows {
    private static final byte[] HEAD = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /** PostgreSQL counts microseconds from 2000-01-01. */
    private static final long EPOCH_2000_SECONDS = 946_684_800L;

    private final String statement;
    private final int columns;
    private byte[] bytes = new byte[1 << 16];
    private int end;
    private int rows;
    private int missing;

    /** No rows yet, for these columns of a table; the names are trusted. */
    public CopyRows(String table, String... columns) {
        this.statement = "copy %s (%s) from stdin (format binary)".formatted(table, String.join(", ", columns));
        this.columns = columns.length;
        System.arraycopy(HEAD, 0, bytes, 0, HEAD.length);
        end = HEAD.length;
    }

    /** Begins a row. */
    public CopyRows row() {
        complete();
        room(Short.BYTES);
        putShort(columns);
        rows++;
        missing = columns;
        return this;
    }

    /** A {@code uuid}. */
    public CopyRows uuid(@Nullable UUID value) {
        if (value == null) {
            return none();
        }
        length(2 * Long.BYTES);
        putLong(value.getMostSignificantBits());
        putLong(value.getLeastSignificantBits());
        return this;
    }

    /** A {@code smallint}. */
    public CopyRows int2(int value) {
        length(Short.BYTES);
        putShort(value);
        return this;
    }

    /** An {@code integer}. */
    public CopyRows int4(int value) {
        length(Integer.BYTES);
        putInt(value);
        return this;
    }

    /** A {@code bigint}. */
    public CopyRows int8(long value) {
        length(Long.BYTES);
        putLong(value);
        return this;
    }

    /** A {@code boolean}. */
    public CopyRows bool(boolean value) {
        length(1);
        bytes[end++] = (byte) (value ? 1 : 0);
        return this;
    }

    /** A {@code timestamptz}. */
    public CopyRows instant(@Nullable Instant value) {
        return value == null
                ? none()
                : int8(Math.addExact(
                        Math.multiplyExact(value.getEpochSecond() - EPOCH_2000_SECONDS, 1_000_000L),
                        value.getNano() / 1_000));
    }

    /** A {@code text}. */
    public CopyRows text(@Nullable String value) {
        if (value == null) {
            return none();
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        length(utf8.length);
        System.arraycopy(utf8, 0, bytes, end, utf8.length);
        end += utf8.length;
        return this;
    }

    /** SQL's null. */
    public CopyRows none() {
        length(-1);
        return this;
    }

    /** How many rows there are. */
    public int size() {
        return rows;
    }

    /**
     * Sends the rows; without any it does nothing.
     *
     * @param transaction a context inside the transaction
     */
    public void into(DSLContext transaction) {
        complete();
        if (rows > 0) {
            transaction.connection(this::send);
        }
    }

    private void send(Connection connection) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
        try {
            copy.writeToCopy(bytes, 0, end);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void complete() {
        if (missing != 0) {
            throw new IllegalStateException("a row for '%s' lacks %d values".formatted(statement, missing));
        }
    }

    private void length(int length) {
        if (missing-- <= 0) {
            throw new IllegalStateException("a row for '%s' has too many values".formatted(statement));
        }
        room(Integer.BYTES + Math.max(length, 0));
        putInt(length);
    }

    private void room(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + more));
        }
    }

    private void putShort(int value) {
        bytes[end++] = (byte) (value >> 8);
        bytes[end++] = (byte) value;
    }

    private void putInt(int value) {
        putShort(value >> 16);
        putShort(value);
    }

    private void putLong(long value) {
        putInt((int) (value >> 32));
        putInt((int) value);
    }
}
