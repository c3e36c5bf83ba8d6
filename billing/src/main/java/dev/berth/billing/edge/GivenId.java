package dev.berth.billing.edge;

import java.util.function.Function;

/** Reads ids that are given in a path. */
public final class GivenId {
    private GivenId() {}

    /**
     * Reads an id that is needed.
     *
     * @param what it names, for the refusal
     * @throws Refusal {@code not_found} for what is none
     */
    public static <T> T need(String what, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.NOT_FOUND, "There is no %s %s.".formatted(what, text));
        }
    }
}
