package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.ContentLimits;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with the fields of one request, and answers a harmless value where something is. */
final class FieldCheck {
    static final int MAX_WORDS = 100;
    static final int MAX_WORD_BYTES = 8 << 10;
    static final int MAX_ENV = 100;
    static final int MAX_ENV_VALUE_BYTES = 32 << 10;
    static final int MAX_ENV_BYTES = 256 << 10;
    static final int MAX_LABELS = 50;
    static final int MAX_LABEL_VALUE = 255;
    static final int MAX_PORTS = 20;

    /** The most bytes of command, args, env, labels, files and sealed secrets together in their JSON form, so that the wish fits into one event. */
    static final int MAX_JSON_BYTES = 700_000;

    private static final Pattern LABEL_KEY = Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_./]{0,61}[A-Za-z0-9])?");

    private final List<FieldError> errors = new ArrayList<>();

    void wrong(String field, String message) {
        errors.add(new FieldError(field, message));
    }

    void done() {
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
    }

    String require(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            wrong(field, "is required");
            return "";
        }
        return value;
    }

    int number(String field, @Nullable BigInteger asked, int now, int min, int max) {
        if (asked == null) {
            return now;
        }
        if (asked.compareTo(BigInteger.valueOf(min)) < 0 || asked.compareTo(BigInteger.valueOf(max)) > 0) {
            wrong(field, "must be from %d to %d".formatted(min, max));
            return Math.clamp(now, min, max);
        }
        return asked.intValueExact();
    }

    List<String> words(String field, @Nullable List<@Nullable String> asked, List<String> now) {
        if (asked == null) {
            return now;
        }
        if (asked.size() > MAX_WORDS) {
            wrong(field, "must have at most %d items".formatted(MAX_WORDS));
            return List.of();
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            String word = asked.get(i);
            String path = "%s[%d]".formatted(field, i);
            if (word == null) {
                wrong(path, "must be a text");
            } else if (text(path, word, MAX_WORD_BYTES)) {
                words.add(word);
            }
        }
        return words;
    }

    Map<String, String> env(@Nullable Map<String, @Nullable String> asked, Map<String, String> now) {
        if (asked == null) {
            return now;
        }
        if (asked.size() > MAX_ENV) {
            wrong("env", "must have at most %d entries".formatted(MAX_ENV));
            return Map.of();
        }
        Map<String, String> env = new TreeMap<>();
        long bytes = 0;
        for (Map.Entry<String, @Nullable String> entry : asked.entrySet()) {
            String path = "env." + Words.cut(entry.getKey());
            String value = entry.getValue();
            if (!ContentLimits.isVariable(entry.getKey())) {
                wrong(path, "must be named with letters, digits and '_', and not begin with a digit");
            } else if (value == null) {
                wrong(path, "must be a text; leave the entry out to remove it");
            } else if (text(path, value, MAX_ENV_VALUE_BYTES)) {
                env.put(entry.getKey(), value);
                bytes += entry.getKey().length() + utf8(value) + 2L;
            }
        }
        if (bytes > MAX_ENV_BYTES) {
            wrong("env", "must have at most %d bytes in all".formatted(MAX_ENV_BYTES));
        }
        return env;
    }

    Map<String, String> labels(@Nullable Map<String, @Nullable String> asked, Map<String, String> now) {
        if (asked == null) {
            return now;
        }
        if (asked.size() > MAX_LABELS) {
            wrong("labels", "must have at most %d entries".formatted(MAX_LABELS));
            return Map.of();
        }
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, @Nullable String> entry : asked.entrySet()) {
            String path = "labels." + Words.cut(entry.getKey());
            String value = entry.getValue();
            if (!LABEL_KEY.matcher(entry.getKey()).matches()) {
                wrong(path, "must be named with 1 to 63 letters, digits, '-', '_', '.' and '/'");
            } else if (entry.getKey().startsWith("dev.berth.")) {
                wrong(path, "must not begin with dev.berth., which is Berth's own");
            } else if (value == null) {
                wrong(path, "must be a text");
            } else if (value.length() > MAX_LABEL_VALUE || value.chars().anyMatch(Character::isISOControl)) {
                wrong(
                        path,
                        "must have at most %d characters, none of them control characters".formatted(MAX_LABEL_VALUE));
            } else if (text(path, value, MAX_LABEL_VALUE * 4)) {
                labels.put(entry.getKey(), value);
            }
        }
        return labels;
    }

    List<Integer> ports(@Nullable List<@Nullable BigInteger> asked, List<Integer> now) {
        if (asked == null) {
            return now;
        }
        if (asked.size() > MAX_PORTS) {
            wrong("ports", "must have at most %d items".formatted(MAX_PORTS));
            return List.of();
        }
        List<Integer> ports = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < asked.size(); i++) {
            String path = "ports[%d]".formatted(i);
            BigInteger port = asked.get(i);
            if (port == null) {
                wrong(path, "must be from 1 to 65535");
                continue;
            }
            int number = number(path, port, 1, 1, 65_535);
            if (!seen.add(number)) {
                wrong(path, "is there twice");
            }
            ports.add(number);
        }
        return ports;
    }

    /**
     * Takes a wish whose secrets are sealed in, if it fits into one event.
     *
     * @throws Refusal 422 if it does not
     */
    static void size(Spec spec) {
        int bytes = Json.mapper()
                .writeValueAsBytes(List.of(
                        spec.command(),
                        spec.args(),
                        spec.env(),
                        spec.labels(),
                        spec.manner().secrets(),
                        spec.manner().files(),
                        Optional.ofNullable(spec.manner().registryLogin())))
                .length;
        if (bytes > MAX_JSON_BYTES) {
            throw Refusal.invalid(List.of(new FieldError(
                    "command",
                    "and args, env, labels, files and secrets of '%s' must together have at most %d bytes"
                            .formatted(spec.name(), MAX_JSON_BYTES))));
        }
    }

    private boolean text(String path, String value, int maxBytes) {
        if (value.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            wrong(path, "must be text without NUL characters and half characters");
            return false;
        }
        if (utf8(value) > maxBytes) {
            wrong(path, "must have at most %d bytes".formatted(maxBytes));
            return false;
        }
        return true;
    }

    private static int utf8(String value) {
        return value.getBytes(StandardCharsets.UTF_8).length;
    }
}
