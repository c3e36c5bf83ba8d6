package dev.berth.stripe.state;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Making, reading and writing JSON trees. Safe for use by several threads. */
public final class Json {
    private static final JsonMapper COMPACT = JsonMapper.builder().build();
    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /**
     * An object of the given fields, in their order.
     *
     * @param pairs name and value by turns; a value is null, a text, a whole number, a truth, a collection of such, or a tree
     */
    public static ObjectNode of(@Nullable Object... pairs) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < pairs.length; i += 2) {
            object.set(String.valueOf(pairs[i]), node(pairs[i + 1]));
        }
        return object;
    }

    /** A list of the given values, which are as in {@link #of}. */
    public static ArrayNode list(Collection<?> values) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        values.forEach(value -> list.add(node(value)));
        return list;
    }

    private static JsonNode node(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNodeFactory.instance.nullNode();
            case JsonNode tree -> tree;
            case String text -> JsonNodeFactory.instance.stringNode(text);
            case Boolean truth -> JsonNodeFactory.instance.booleanNode(truth);
            case Integer number -> JsonNodeFactory.instance.numberNode(number.longValue());
            case Long number -> JsonNodeFactory.instance.numberNode(number);
            case Collection<?> values -> list(values);
            default -> throw new IllegalArgumentException("no JSON: " + value.getClass());
        };
    }

    /**
     * The tree of a text that holds one JSON object.
     *
     * @throws IllegalArgumentException when it does not
     */
    public static ObjectNode parse(String text) {
        try {
            if (COMPACT.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("That is no JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("That is no JSON object.");
    }

    /** As one line. */
    public static String line(JsonNode tree) {
        return COMPACT.writeValueAsString(tree);
    }

    /** As Stripe prints it, indented. */
    public static String pretty(JsonNode tree) {
        return PRETTY.writeValueAsString(tree);
    }

    /** A field as text; empty when it is missing, null or no text. */
    public static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isString() ? value.stringValue() : "";
    }

    /** A field as a whole number; 0 when it is missing or null. */
    public static long number(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isNumber() ? value.longValue() : 0;
    }

    /** A field as a truth; false when it is missing or null. */
    public static boolean flag(JsonNode object, String field) {
        return object.path(field).asBoolean(false);
    }

    /** A field that is an object itself. */
    public static ObjectNode child(ObjectNode object, String field) {
        if (object.path(field) instanceof ObjectNode child) {
            return child;
        }
        return object.putObject(field);
    }
}
