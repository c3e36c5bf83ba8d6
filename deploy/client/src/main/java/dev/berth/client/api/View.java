package dev.berth.client.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A form of an answer. What is missing, or of another type than the document says, reads as empty, zero, false or null. */
public interface View {
    /** All that was answered, known or not. */
    JsonNode json();

    /** Whether a member is there and not null. */
    default boolean has(String name) {
        return json().hasNonNull(name);
    }

    /** A text, or the empty one. */
    default String text(String name) {
        return json().path(name).asString("");
    }

    /** A whole number, or 0. */
    default long number(String name) {
        return json().path(name).asLong(0);
    }

    /** A truth, or false. */
    default boolean flag(String name) {
        return json().path(name).asBoolean(false);
    }

    /** A time, or null. */
    default @Nullable Instant time(String name) {
        String text = text(name);
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Texts, or none. */
    default List<String> texts(String name) {
        return all(name, node -> node.asString(""));
    }

    /** Many of something, or none. */
    default <T> List<T> all(String name, Function<JsonNode, T> form) {
        List<T> all = new ArrayList<>();
        json().path(name).forEach(node -> all.add(form.apply(node)));
        return all;
    }
}
