package dev.berth.gateway.edge;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for, from {@code limit} (1 to 200, 50 if not given) and {@code cursor}. A handler takes it as an
 * argument.
 *
 * @param cursor as the caller sent it, which is how it goes on to the owner of a list that is forwarded; null for the first page
 */
public record Paging(int limit, @Nullable String cursor) {
    /** The most rows of a page. */
    public static final int MAX_LIMIT = 200;

    /** The rows of a page when nothing is said. */
    public static final int DEFAULT_LIMIT = 50;

    private static final Pattern CURSOR = Pattern.compile("[A-Za-z0-9._~:+/=-]{1,400}");

    /** The first page of the usual size. */
    public static Paging first() {
        return new Paging(DEFAULT_LIMIT, null);
    }

    /**
     * Reads the two query parameters.
     *
     * @throws Refusal 422 for a limit out of range or a cursor that no list answers
     */
    public static Paging parse(@Nullable String limit, @Nullable String cursor) {
        int rows = DEFAULT_LIMIT;
        if (limit != null) {
            try {
                rows = Integer.parseInt(limit);
            } catch (NumberFormatException e) {
                rows = 0;
            }
            if (rows < 1 || rows > MAX_LIMIT) {
                throw Refusal.of(ErrorCode.INVALID, "limit is out of range.")
                        .field("limit", "must be a whole number from 1 to " + MAX_LIMIT);
            }
        }
        if (cursor != null && !CURSOR.matcher(cursor).matches()) {
            throw Cursor.none();
        }
        return new Paging(rows, cursor);
    }

    /** Whether nothing comes before the page. */
    public boolean isFirst() {
        return cursor == null;
    }

    /**
     * Where a page of a list of the gateway's own begins; null for the first.
     *
     * @throws Refusal 422 if the cursor is not one of the gateway's
     */
    public @Nullable Cursor after() {
        return cursor == null ? null : Cursor.parse(cursor);
    }
}
