package dev.berth.schema.testing;

import java.nio.charset.StandardCharsets;

/**
 * A parser that is given bytes which {@link Fuzzer} makes up. A class of this kind has a name that ends in {@code Fuzz}, stands in the room
 * of its parser, and has a constructor without parameters. What it says of its parser is more than that it ends: what is accepted
 * keeps the rule, is written and read again the same, and what is refused is refused in the one way that is documented.
 */
public interface FuzzTarget {
    /** How often it is executed in a build. */
    int executions();

    /**
     * Gives the parser one input.
     *
     * @throws Exception for a fault; an {@link AssertionError} too
     */
    void execute(byte[] input) throws Exception;

    /** The input as text; what is no UTF-8 becomes the replacement character. */
    static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** The input as so many texts, which lines divide; those that are not there are empty. The last has all that is left. */
    static String[] texts(byte[] input, int count) {
        String[] parts = text(input).split("\n", count);
        String[] all = new String[count];
        for (int i = 0; i < count; i++) {
            all[i] = i < parts.length ? parts[i] : "";
        }
        return all;
    }

    /** Says that something must be so. */
    @SuppressWarnings("AnnotateFormatMethod")
    static void must(boolean so, String otherwise, Object... values) {
        if (!so) {
            throw new AssertionError(otherwise.formatted(values));
        }
    }
}
