package dev.berth.stripe.wire;

import dev.berth.stripe.state.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters of a request: form-encoded, nested with brackets ({@code a[b]=}), lists by number or by {@code []}. An empty text means
 * "unset". Source: Stripe's API reference. Each reading method refuses what does not fit with the error that Stripe gives. Immutable.
 */
public final class Params {
    private static final int MOST_METADATA = 50;
    private static final int MOST_METADATA_KEY_LENGTH = 40;
    private static final int MOST_METADATA_VALUE_LENGTH = 500;

    private final ObjectNode tree;
    private final String prefix;

    private Params(ObjectNode tree, String prefix) {
        this.tree = tree;
        this.prefix = prefix;
    }

    /** The parameters of a query or a body; both may be given, joined with an ampersand. */
    public static Params parse(String encoded) {
        ObjectNode tree = Json.of();
        for (String pair : encoded.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                put(tree, name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return new Params(tree, "");
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw StripeError.invalid(null, "Invalid request: '%s' is not form-encoded.".formatted(text), null);
        }
    }

    private static void put(ObjectNode tree, String name, String value) {
        int bracket = name.indexOf('[');
        List<String> steps = new ArrayList<>();
        steps.add(bracket < 0 ? name : name.substring(0, bracket));
        for (int at = bracket; at >= 0 && at < name.length(); ) {
            int end = name.indexOf(']', at);
            if (name.charAt(at) != '[' || end < 0) {
                throw StripeError.invalid(null, "Invalid request: parameter name '%s'.".formatted(name), null);
            }
            steps.add(name.substring(at + 1, end));
            at = end + 1 == name.length() ? -1 : end + 1;
        }
        ObjectNode node = tree;
        for (int i = 0; i < steps.size(); i++) {
            String step = steps.get(i).isEmpty() ? Integer.toString(node.size()) : steps.get(i);
            if (i == steps.size() - 1) {
                node.put(step, value);
            } else {
                node = Json.child(node, step);
            }
        }
    }

    /** Everything, in one canonical line: two requests are the same when these are. */
    public String canonical() {
        return Json.line(tree);
    }

    private String full(String name) {
        return prefix.isEmpty() ? name : "%s[%s]".formatted(prefix, name);
    }

    /** Refuses any other parameter than these; {@code expand} is known everywhere. */
    public Params only(String... known) {
        Set<String> names = Set.of(known);
        for (String name : tree.propertyNames()) {
            if (!names.contains(name) && !(prefix.isEmpty() && name.equals("expand"))) {
                throw StripeError.invalid("parameter_unknown", "Received unknown parameter: " + full(name), full(name));
            }
        }
        return this;
    }

    /** Whether it is given, empty or not. */
    public boolean has(String name) {
        return tree.has(name);
    }

    /** Whether it is given with names below it. */
    public boolean nests(String name) {
        return tree.path(name).isObject();
    }

    /** Whether it is given as empty: the wish to unset it. */
    public boolean unset(String name) {
        return tree.path(name).isString() && Json.text(tree, name).isEmpty();
    }

    /** A text; nothing when it is missing or empty. */
    public Optional<String> text(String name) {
        JsonNode value = tree.path(name);
        if (value.isObject()) {
            throw StripeError.invalid(null, "Invalid string: %s".formatted(Json.line(value)), full(name));
        }
        return Optional.of(Json.text(tree, name)).filter(text -> !text.isEmpty());
    }

    /** A text, or null. */
    public @Nullable String textOrNull(String name) {
        return text(name).orElse(null);
    }

    /** A text that must be there. */
    public String need(String name) {
        return text(name)
                .orElseThrow(() -> unset(name)
                        ? StripeError.invalid(
                                "parameter_invalid_empty",
                                "You passed an empty string for '%s'. We assume empty values are an attempt to unset a parameter; however '%s' cannot be unset. You should remove '%s' from your request or supply a non-empty value."
                                        .formatted(full(name), full(name), full(name)),
                                full(name))
                        : StripeError.invalid(
                                "parameter_missing", "Missing required param: %s.".formatted(full(name)), full(name)));
    }

    /** One of the given words; nothing when it is missing. */
    public Optional<String> word(String name, String... words) {
        Optional<String> value = text(name);
        if (value.isPresent() && !List.of(words).contains(value.get())) {
            throw StripeError.invalid(
                    null, "Invalid %s: must be one of %s".formatted(full(name), String.join(", ", words)), full(name));
        }
        return value;
    }

    /** A whole number. */
    public OptionalLong integer(String name) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text.get()));
        } catch (NumberFormatException e) {
            throw StripeError.invalid("parameter_invalid_integer", "Invalid integer: " + text.get(), full(name));
        }
    }

    /** {@code true} or {@code false}. */
    public Optional<Boolean> flag(String name) {
        return text(name).map(text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw StripeError.invalid(null, "Invalid boolean: " + text, full(name));
        });
    }

    /** Whether it is given as {@code true}. */
    public boolean isTrue(String name) {
        return flag(name).orElse(false);
    }

    /** The parameters below a name; none when it is missing. */
    public Params nested(String name) {
        JsonNode value = tree.path(name);
        if (value.isString() && !Json.text(tree, name).isEmpty()) {
            throw StripeError.invalid(null, "Invalid object", full(name));
        }
        return new Params(value instanceof ObjectNode object ? object : Json.of(), full(name));
    }

    /** The texts of a list. */
    public List<String> texts(String name) {
        Params list = nested(name);
        return list.tree.propertyNames().stream().map(list::need).toList();
    }

    /** The members of a list of objects. */
    public List<Params> list(String name) {
        Params list = nested(name);
        return list.tree.propertyNames().stream().map(list::nested).toList();
    }

    /** The names that are given. */
    public List<String> names() {
        return List.copyOf(tree.propertyNames());
    }

    /** Puts a text field of an object, when it is given; an empty one becomes null. */
    public void copyText(String name, ObjectNode object) {
        if (has(name)) {
            object.put(name, textOrNull(name));
        }
    }

    /** Puts the given texts of an object such as an address; missing ones stay, or are null. */
    public void copyObject(String name, ObjectNode object, String... fields) {
        if (unset(name)) {
            object.putNull(name);
        } else if (has(name)) {
            Params given = nested(name).only(fields);
            ObjectNode child = object.path(name) instanceof ObjectNode known ? known : Json.of();
            for (String field : fields) {
                if (given.has(field) || !child.has(field)) {
                    child.put(field, given.textOrNull(field));
                }
            }
            object.set(name, child);
        }
    }

    /** Applies {@code metadata} to an object: keys are added or replaced, an empty value removes its key, an empty {@code metadata} all. */
    public void copyMetadata(ObjectNode object) {
        ObjectNode metadata = Json.child(object, "metadata");
        if (unset("metadata")) {
            metadata.removeAll();
            return;
        }
        Params given = nested("metadata");
        for (String key : given.names()) {
            Optional<String> value = given.text(key);
            if (key.length() > MOST_METADATA_KEY_LENGTH) {
                throw StripeError.invalid(
                        null,
                        "Metadata keys can have up to %d characters.".formatted(MOST_METADATA_KEY_LENGTH),
                        "metadata");
            }
            if (value.isEmpty()) {
                metadata.remove(key);
            } else if (value.get().length() > MOST_METADATA_VALUE_LENGTH) {
                throw StripeError.invalid(
                        null,
                        "Metadata values can have up to %d characters, but you passed in a value that is %d characters. Invalid value: %s"
                                .formatted(
                                        MOST_METADATA_VALUE_LENGTH, value.get().length(), value.get()),
                        full("metadata"));
            } else {
                metadata.put(key, value.get());
            }
        }
        if (metadata.size() > MOST_METADATA) {
            throw StripeError.invalid(
                    null, "You can have at most %d metadata keys.".formatted(MOST_METADATA), "metadata");
        }
    }
}
