package dev.berth.gateway.stack;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A place in a Compose file and what stands there. Each method reads it as one type; where it is another, that is found and an
 * empty value is answered, so that the rest of the file is read too.
 */
record Place(String path, @Nullable Object value, Findings findings, Interpolation variables) {
    boolean isMap() {
        return value instanceof Map;
    }

    boolean isList() {
        return value instanceof List;
    }

    /** Whether nothing, or what means nothing, stands there. */
    boolean isVoid() {
        return value == null
                || Boolean.FALSE.equals(value)
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || (value instanceof List<?> list && list.isEmpty());
    }

    /** What a map has under a key; empty if it is no map or has it not. */
    Optional<Place> at(String key) {
        return value instanceof Map<?, ?> map && map.containsKey(key)
                ? Optional.of(of(path.isEmpty() ? key : path + "." + key, map.get(key)))
                : Optional.empty();
    }

    /** The entries of a map in their order. */
    Map<String, Place> entries() {
        Map<String, Place> entries = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> {
                String name = String.valueOf(key);
                entries.put(name, of(path.isEmpty() ? name : path + "." + name, item));
            });
        } else if (value != null) {
            wrong("must be a map");
        }
        return entries;
    }

    /** The items of a list. */
    List<Place> items() {
        List<Place> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object item : list) {
                items.add(of(path + "[" + items.size() + "]", item));
            }
        } else if (value != null) {
            wrong("must be a list");
        }
        return items;
    }

    /** A scalar as text, with its variables. */
    String text() {
        if (value == null) {
            return "";
        }
        if (!(value instanceof String) && !(value instanceof Number) && !(value instanceof Boolean)) {
            wrong("must be a text");
            return "";
        }
        Set<String> before = new TreeSet<>(variables.missing());
        try {
            String text = variables.apply(String.valueOf(value));
            for (String name : variables.missing()) {
                if (!before.contains(name)) {
                    findings.note(
                            path, "uses the variable %s, which is not given and stands for nothing".formatted(name));
                }
            }
            return text;
        } catch (Interpolation.Wrong e) {
            findings.refuse(path, String.valueOf(e.getMessage()), "Give it in \"variables\".");
            return "";
        }
    }

    /** A truth value. */
    boolean truth() {
        String text = text();
        if (!text.equals("true") && !text.equals("false") && !text.isEmpty()) {
            wrong("must be true or false");
        }
        return text.equals("true");
    }

    /** A whole number. */
    Optional<BigInteger> number() {
        String text = text();
        if (text.matches("[+-]?[0-9]{1,18}")) {
            return Optional.of(new BigInteger(text));
        }
        wrong("must be a whole number");
        return Optional.empty();
    }

    /** A decimal number, such as of processors. */
    Optional<BigDecimal> decimal() {
        String text = text();
        if (text.matches("[0-9]{1,9}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9}")) {
            return Optional.of(new BigDecimal(text));
        }
        wrong("must be a number");
        return Optional.empty();
    }

    /** A duration in seconds, rounded up, as {@code 1m30s}, {@code 10s} or {@code 500ms}. */
    Optional<Long> seconds() {
        Optional<Long> seconds = Units.seconds(text());
        if (seconds.isEmpty()) {
            wrong("must be a duration such as 1m30s");
        }
        return seconds;
    }

    /** A size in MiB, rounded up, as {@code 512m}, {@code 1.5G} or a number of bytes. */
    Optional<Long> mib() {
        Optional<Long> mib = Units.mib(text());
        if (mib.isEmpty()) {
            wrong("must be a size such as 512m or 1.5g");
        }
        return mib;
    }

    void wrong(String message) {
        findings.refuse(path, message, null);
    }

    private Place of(String where, @Nullable Object what) {
        return new Place(where, what, findings, variables);
    }
}
