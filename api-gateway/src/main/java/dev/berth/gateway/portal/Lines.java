package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Problem.FieldError;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How lists, maps and numbers stand in the text of a form's input. Pure. */
final class Lines {
    private Lines() {}

    /** The lines that are not blank. */
    static List<String> list(String text) {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    /** A map of {@code NAME=value} lines in their order; a line that is none is an error of the field. */
    static Map<String, String> map(String field, String text, List<FieldError> errors) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String line : list(text)) {
            int at = line.indexOf('=');
            if (at < 1) {
                errors.add(new FieldError(field, "must be NAME=value on each line"));
                break;
            }
            map.put(line.substring(0, at).strip(), line.substring(at + 1));
        }
        return map;
    }

    /** A whole number; null for a blank text, and with an error for what is no number. */
    static @Nullable BigInteger number(String field, String text, List<FieldError> errors) {
        if (text.isBlank()) {
            return null;
        }
        String digits = text.strip();
        if (!digits.matches("-?[0-9]{1,30}")) {
            errors.add(new FieldError(field, "must be a whole number"));
            return null;
        }
        return new BigInteger(digits);
    }

    /** The text of a list; null where {@link #list} would not read the same list from it. */
    static @Nullable String of(List<String> list) {
        String text = String.join("\n", list);
        return list(text).equals(list) ? text : null;
    }

    /** The text of a map; null where {@link #map} would not read the same map from it. */
    static @Nullable String of(Map<String, String> map) {
        List<FieldError> errors = new java.util.ArrayList<>();
        String text = String.join(
                "\n",
                map.entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .toList());
        return map("", text, errors).equals(map) && errors.isEmpty() ? text : null;
    }

    /** Whether a text area, which has one kind of line end, sends a text as it is. */
    static boolean isSentAs(String text) {
        return text.indexOf('\r') < 0;
    }

    /** Whether an input of one line can hold a text (HTML, 4.10.5.1.2). */
    static boolean isOne(String text) {
        return isSentAs(text) && text.indexOf('\n') < 0;
    }

    /** A form sends its lines with CR LF (HTML, 4.10.22); a file has LF. */
    static String sent(String text) {
        return text.replace("\r\n", "\n");
    }
}
