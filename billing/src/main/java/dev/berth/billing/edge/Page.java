package dev.berth.billing.edge;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of a list. */
public record Page<T>(List<T> data, @Nullable String nextCursor) {
    /** The most rows of a page. */
    public static final int MAX = 200;

    /**
     * The page of a query that asked for one row more than the page holds.
     *
     * @param cursor gives the cursor that continues after a row
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> cursor) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<T> data = List.copyOf(rows.subList(0, limit));
        return new Page<>(data, cursor.apply(data.getLast()));
    }

    /**
     * The limit of a query, 50 when it says none.
     *
     * @throws Refusal {@code invalid} outside 1 to {@link #MAX}
     */
    public static int limit(@Nullable Integer limit) {
        if (limit == null) {
            return 50;
        }
        if (limit < 1 || limit > MAX) {
            throw Refusal.invalid("limit", "must be 1 to %d".formatted(MAX));
        }
        return limit;
    }
}
