package dev.berth.gateway.edge;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of a list as the API answers it: {@code {"data": [], "next_cursor": null}}. */
public record Page<T>(
        List<T> data,

        @com.fasterxml.jackson.annotation.JsonInclude @Nullable
        String nextCursor) {
    public Page {
        data = List.copyOf(data);
    }

    /**
     * Makes a page of up to {@code limit + 1} rows that were read: the one too many only tells that there is a next page.
     *
     * @param position where a row stands in the list
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> position) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<T> data = rows.subList(0, limit);
        return new Page<>(data, new Cursor(position.apply(data.getLast())).text());
    }

    /** The same page of other things. */
    public <R> Page<R> map(Function<T, R> view) {
        return new Page<>(data.stream().map(view).toList(), nextCursor);
    }
}
