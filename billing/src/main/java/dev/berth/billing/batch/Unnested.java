package dev.berth.billing.batch;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.QueryPart;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a statement is given, as a table of its own: each column is one array ({@code unnest}, PostgreSQL's manual, "Table Functions"),
 * so that one statement does for a batch what another would do for one row. Not thread-safe.
 */
public final class Unnested {
    private static final String ORDINAL = "ordinal";

    private final Name name;
    private final List<QueryPart> arrays = new ArrayList<>();
    private final List<Field<?>> columns = new ArrayList<>();
    private int rows = -1;

    /** No columns yet; the name is that of the table in its statement. */
    public Unnested(String name) {
        this.name = DSL.name(name);
    }

    /**
     * Adds a column.
     *
     * @param like the column of the database that its values are of
     * @param values one for each row, in their order
     * @return the column
     */
    public <T> Field<T> add(Field<T> like, List<? extends @Nullable T> values) {
        if (rows >= 0 && rows != values.size()) {
            throw new IllegalArgumentException("%d values for %d rows".formatted(values.size(), rows));
        }
        rows = values.size();
        DataType<T> type = like.getDataType();
        @SuppressWarnings("unchecked") // an array of the column's type, which is all that jOOQ asks for
        T[] array = values.toArray((T[]) Array.newInstance(type.getType(), 0));
        arrays.add(DSL.val(array, type.array()));
        Field<T> column = DSL.field(name.append(DSL.name("c%d".formatted(columns.size()))), type);
        columns.add(column);
        return column;
    }

    /** Which row it is, from 1 on. */
    public Field<Long> ordinal() {
        return DSL.field(name.append(DSL.name(ORDINAL)), SQLDataType.BIGINT);
    }

    /** The table. */
    public Table<?> table() {
        List<QueryPart> parts = new ArrayList<>(arrays);
        StringBuilder sql = new StringBuilder("unnest(");
        for (int i = 0; i < arrays.size(); i++) {
            sql.append(i == 0 ? "" : ", ").append('{').append(i).append('}');
        }
        sql.append(") with ordinality as {").append(parts.size()).append("} (");
        parts.add(name);
        for (Field<?> column : columns) {
            sql.append('{').append(parts.size()).append("}, ");
            parts.add(column.getUnqualifiedName());
        }
        sql.append('{').append(parts.size()).append("})");
        parts.add(DSL.name(ORDINAL));
        return DSL.table(sql.toString(), parts.toArray(QueryPart[]::new));
    }
}
