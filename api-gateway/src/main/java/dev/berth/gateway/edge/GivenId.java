package dev.berth.gateway.edge;

import java.util.Optional;
import java.util.function.Function;

/** Ids as callers give them, in paths, queries and cursors. */
public final class GivenId {
    private GivenId() {}

    /**
     * Reads an id; empty for what is none, which is then as one that does not exist.
     *
     * @param parse of the type of the id, which throws {@link IllegalArgumentException}
     */
    public static <T> Optional<T> read(String text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads an id that is needed.
     *
     * @param what it names, for the refusal
     * @throws Refusal 404 for what is none
     */
    public static <T> T need(String what, String text, Function<String, T> parse) {
        return read(text, parse).orElseThrow(() -> Refusal.notFound(what, text));
    }
}
