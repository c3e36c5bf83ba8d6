package dev.berth.schema.wire;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Many rows as the arrays that one statement takes with {@code unnest}: for what has to be many rows and cannot go by {@link CopyRows},
 * since some of them may be there already. Each call gives the next parameter. Not thread-safe.
 */
public final class Columns<R> {
    private final PreparedStatement statement;
    private final List<R> rows;
    private int parameter;

    /** The columns of these rows, from the first parameter of a statement on. */
    public Columns(PreparedStatement statement, List<R> rows) {
        this.statement = statement;
        this.rows = rows;
    }

    /** A {@code uuid[]}. */
    public Columns<R> uuid(Function<R, @Nullable UUID> of) throws SQLException {
        return array("uuid", rows.stream().map(of).toArray());
    }

    /** A {@code text[]}. */
    public Columns<R> text(Function<R, @Nullable String> of) throws SQLException {
        return array("text", rows.stream().map(of).toArray());
    }

    /** A {@code timestamptz[]}. */
    public Columns<R> instant(Function<R, @Nullable Instant> of) throws SQLException {
        return array(
                "timestamptz",
                rows.stream()
                        .map(of)
                        .map(at -> at == null ? null : at.atOffset(ZoneOffset.UTC))
                        .toArray());
    }

    /** An {@code integer[]}. */
    public Columns<R> int4(ToIntFunction<R> of) throws SQLException {
        return array("int4", rows.stream().mapToInt(of).boxed().toArray());
    }

    /** An {@code integer[]} in which some may be missing. */
    public Columns<R> int4OrNone(Function<R, @Nullable Integer> of) throws SQLException {
        return array("int4", rows.stream().map(of).toArray());
    }

    /** A {@code bigint[]}. */
    public Columns<R> int8(ToLongFunction<R> of) throws SQLException {
        return array("int8", rows.stream().mapToLong(of).boxed().toArray());
    }

    /** A {@code boolean[]}. */
    public Columns<R> bool(Function<R, Boolean> of) throws SQLException {
        return array("bool", rows.stream().map(of).toArray());
    }

    private Columns<R> array(String type, Object[] values) throws SQLException {
        statement.setArray(++parameter, statement.getConnection().createArrayOf(type, values));
        return this;
    }
}
