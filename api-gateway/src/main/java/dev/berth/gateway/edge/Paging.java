package dev.berth.gateway.edge;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for, from {@code limit} (1 to 200, 50 if not given) and {@code cursor}. A handler takes it as an
 * argument.
 */
public record Paging(int limit, @Nullable Cursor after) {
    /** The most rows of a page. */
    public static final int MAX_LIMIT = 200;

    /** The rows of a page when nothing is said. */
    public static final int DEFAULT_LIMIT = 50;

    /** The first page of the usual size. */
    public static Paging first() {
        return new Paging(DEFAULT_LIMIT, null);
    }

    /**
     * Reads the two query parameters.
     *
     * @throws Refusal 422 for a limit out of range or a cursor that is none
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
        return new Paging(rows, cursor == null ? null : Cursor.parse(cursor));
    }
}
