package dev.berth.client.api;

import java.math.BigInteger;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A form of what is sent. */
public interface Wish {
    /** What is sent. */
    ObjectNode json();

    /** Puts a member that is given; nothing for null. */
    static void put(ObjectNode json, String name, @Nullable Object value) {
        switch (value) {
            case null -> json.remove(name);
            case String text -> json.put(name, text);
            case Boolean truth -> json.put(name, truth);
            case BigInteger number -> json.put(name, number);
            case Number number -> json.put(name, number.longValue());
            case JsonNode node -> json.set(name, node);
            case Collection<?> many -> {
                var array = json.putArray(name);
                many.forEach(one -> array.add(String.valueOf(one)));
            }
            default -> throw new IllegalArgumentException("%s cannot be sent".formatted(value.getClass()));
        }
    }
}
