package dev.berth.billing.proof;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * One form for each JSON tree: RFC 8785 (JCS), of which only whole numbers are used, written with all their digits whatever their size.
 * Decimals are strings. Pure.
 */
public final class Canonical {
    /** Most rows have less than so many characters. */
    static final int USUAL = 1_024;

    private Canonical() {}

    /**
     * The bytes, without a line feed.
     *
     * @throws IllegalArgumentException if a number is not whole
     */
    public static byte[] bytes(JsonNode node) {
        return text(node).getBytes(StandardCharsets.UTF_8);
    }

    /** The same as text. */
    public static String text(JsonNode node) {
        StringBuilder out = new StringBuilder(USUAL);
        write(node, out);
        return out.toString();
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            object(node, out);
        } else if (node.isArray()) {
            char before = '[';
            for (JsonNode item : node) {
                out.append(before);
                write(item, out);
                before = ',';
            }
            out.append(node.isEmpty() ? "[]" : "]");
        } else if (node.isString()) {
            string(node.stringValue(), out);
        } else if (node.isInt() || node.isLong()) {
            out.append(node.longValue());
        } else if (node.isIntegralNumber()) {
            out.append(node.bigIntegerValue());
        } else if (node.isBoolean()) {
            out.append(node.booleanValue());
        } else if (node.isNull()) {
            out.append("null");
        } else {
            throw new IllegalArgumentException("%s is not a whole number; decimals are strings".formatted(node));
        }
    }

    private static void object(JsonNode node, StringBuilder out) {
        String[] names = node.propertyNames().toArray(String[]::new);
        Arrays.sort(names); // by UTF-16 code units, as the RFC has it
        char before = '{';
        for (String name : names) {
            out.append(before);
            string(name, out);
            out.append(':');
            write(node.path(name), out);
            before = ',';
        }
        out.append(names.length == 0 ? "{}" : "}");
    }

    static void string(String text, StringBuilder out) {
        out.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                out.append(text, written, i).append(escape(c));
                written = i + 1;
            }
        }
        out.append(text, written, text.length()).append('"');
    }

    private static String escape(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            default -> "\\u%04x".formatted((int) c);
        };
    }
}
