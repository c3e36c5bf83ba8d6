package dev.berth.billing.proof;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the fields of a row, each of which must be what the format says. Pure. */
public final class Fields {
    private static final int SHOWN = 200;

    /** A field that is not what the format says. */
    public static final class Wrong extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final String field;
        private final String expected;
        private final String found;

        Wrong(String field, String expected, String found) {
            super("%s: expected %s, found %s".formatted(field, expected, found));
            this.field = field;
            this.expected = expected;
            this.found = found;
        }

        /** Its name. */
        public String field() {
            return field;
        }

        /** What should stand there. */
        public String expected() {
            return expected;
        }

        /** What stands there. */
        public String found() {
            return found;
        }
    }

    private Fields() {}

    /** A text. */
    public static String text(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isString()) {
            throw wrong(row, field, "a text");
        }
        return value.stringValue();
    }

    /** A text, null where the field is not there. */
    public static @Nullable String optional(JsonNode row, String field) {
        return row.has(field) ? text(row, field) : null;
    }

    /** A whole number of at most 64 bits. */
    public static long whole(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(row, field, "a whole number");
        }
        return value.longValue();
    }

    /** A whole number of at most 32 bits. */
    public static int small(JsonNode row, String field) {
        long value = whole(row, field);
        if (value != (int) value) {
            throw wrong(row, field, "a whole number of 32 bits");
        }
        return (int) value;
    }

    /** True or false. */
    public static boolean flag(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isBoolean()) {
            throw wrong(row, field, "true or false");
        }
        return value.booleanValue();
    }

    /** An instant. */
    public static Instant instant(JsonNode row, String field) {
        try {
            return Instant.parse(text(row, field));
        } catch (DateTimeException e) {
            throw wrong(row, field, "a time in UTC");
        }
    }

    /** An instant, null where the field is not there. */
    public static @Nullable Instant optionalInstant(JsonNode row, String field) {
        return row.has(field) ? instant(row, field) : null;
    }

    /** A decimal in a text. */
    public static BigDecimal decimal(JsonNode row, String field) {
        return parsed(row, field, "a decimal", BigDecimal::new);
    }

    /** What a text stands for. */
    public static <T> T parsed(JsonNode row, String field, String what, Function<String, T> parse) {
        String text = text(row, field);
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw wrong(row, field, what);
        }
    }

    /** An object. */
    public static ObjectNode object(JsonNode row, String field) {
        if (row.path(field) instanceof ObjectNode object) {
            return object;
        }
        throw wrong(row, field, "an object");
    }

    /** A list. */
    public static JsonNode list(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isArray()) {
            throw wrong(row, field, "a list");
        }
        return value;
    }

    /** Refuses a text that is not the one that it must be. */
    public static void same(JsonNode row, String field, String expected) {
        String found = text(row, field);
        if (!found.equals(expected)) {
            throw new Wrong(field, expected, shown(found));
        }
    }

    /** The refusal of a field. */
    public static Wrong wrong(JsonNode row, String field, String expected) {
        return new Wrong(field, expected, row.has(field) ? shown(Canonical.text(row.path(field))) : "nothing");
    }

    /** A value as a message can have it. */
    public static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
