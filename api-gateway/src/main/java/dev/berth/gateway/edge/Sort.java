package dev.berth.gateway.edge;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a list is sorted, from {@code sort}: a field, with {@code -} before it the greatest first. Where a page ends is marked with its
 * order, so that a cursor of one order is no cursor of another; those of the usual order bear no mark.
 *
 * @param text as the caller writes it, such as {@code -created_at}
 * @param usual whether it is the order when nothing is said
 */
public record Sort(String text, boolean usual) {
    private static final char MARK = ':';

    /**
     * Reads the query parameter.
     *
     * @param usual the order when nothing is said
     * @param others the other orders there are
     * @throws Refusal 422 for an order that the list does not have
     */
    public static Sort parse(@Nullable String text, String usual, String... others) {
        if (text == null || text.equals(usual)) {
            return new Sort(usual, true);
        }
        if (Arrays.asList(others).contains(text)) {
            return new Sort(text, false);
        }
        List<String> all =
                Stream.concat(Stream.of(usual), Arrays.stream(others)).toList();
        Refusal refusal = Refusal.of(ErrorCode.INVALID, "The list cannot be sorted by '%s'.".formatted(Words.cut(text)))
                .field("sort", "must be one of " + String.join(", ", all));
        throw Words.closest(text, all)
                .map(meant -> refusal.hint("Did you mean '%s'?".formatted(meant)))
                .orElse(refusal);
    }

    /** Whether the greatest comes first. */
    public boolean descending() {
        return text.startsWith("-");
    }

    /** What is sorted by. */
    public String field() {
        return descending() ? text.substring(1) : text;
    }

    /** Where a page ends, with its order. */
    public String mark(String position) {
        return usual ? position : text + MARK + position;
    }

    /**
     * Where a page ended, without its order.
     *
     * @throws Refusal 422 for a position in another order
     */
    public String unmark(String position) {
        if (usual && position.indexOf(MARK) < 0) {
            return position;
        }
        if (usual || !position.startsWith(text + MARK)) {
            throw Cursor.otherOrder();
        }
        return position.substring(text.length() + 1);
    }
}
