package dev.berth.metering.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of a list as the API answers it: {@code {"data": [], "next_cursor": null}}. */
public record Page<T>(List<T> data, @JsonInclude @Nullable String nextCursor) {
    /** The most rows on a page. */
    public static final int MAX = 200;

    private static final int USUAL = 50;

    public Page {
        data = List.copyOf(data);
    }

    /**
     * How many rows are asked for.
     *
     * @throws Refusal below 1 and above {@link #MAX}
     */
    public static int limit(@Nullable Integer asked) {
        int limit = asked == null ? USUAL : asked;
        if (limit < 1 || limit > MAX) {
            throw Refusal.invalid("limit", "must be 1 to %d, not %d".formatted(MAX, limit));
        }
        return limit;
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
        byte[] last = position.apply(data.getLast()).getBytes(StandardCharsets.UTF_8);
        return new Page<>(data, Base64.getUrlEncoder().withoutPadding().encodeToString(last));
    }

    /** The position in a cursor. */
    public static String position(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "is not one that was given");
        }
    }

    /** The same page of other things. */
    public <R> Page<R> map(Function<T, R> view) {
        return new Page<>(data.stream().map(view).toList(), nextCursor);
    }
}
