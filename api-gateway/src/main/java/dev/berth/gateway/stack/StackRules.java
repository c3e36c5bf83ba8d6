package dev.berth.gateway.stack;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must be so of a request for a stack, before its file is read. Pure. */
final class StackRules {
    private static final int MOST_ENTRIES = 200;
    private static final int MOST_CHARS = 65_536;

    private StackRules() {}

    /**
     * The text of the file.
     *
     * @throws Refusal 422 if there is none
     */
    static String compose(StackRequest request) {
        String compose = request.compose();
        if (compose == null || compose.isBlank()) {
            throw Refusal.of(ErrorCode.INVALID, "There is no Compose file in the request.")
                    .field("compose", "is required: the text of a Compose file");
        }
        return compose;
    }

    /**
     * What is said beside it.
     *
     * @param stack the name of the stack; null for what the request says
     * @throws Refusal 422 with the field that is too large or has no value
     */
    static ComposeOptions options(StackRequest request, @Nullable String stack) {
        return new ComposeOptions(
                map("variables", request.variables()),
                map("images", request.images()),
                map("sizes", request.sizes()),
                map("files", request.files()),
                set("profiles", request.profiles()),
                set("leave_out", request.leaveOut()),
                Objects.requireNonNullElse(stack, Objects.requireNonNullElse(request.name(), "")),
                Boolean.TRUE.equals(request.partial()));
    }

    private static Map<String, String> map(String field, @Nullable Map<String, @Nullable String> given) {
        Map<String, String> map = new LinkedHashMap<>();
        if (given != null) {
            few(field, given.size());
            given.forEach((key, value) -> map.put(key, text(field + "." + key, value)));
        }
        return map;
    }

    private static Set<String> set(String field, @Nullable List<@Nullable String> given) {
        Set<String> set = new HashSet<>();
        if (given != null) {
            few(field, given.size());
            given.forEach(value -> set.add(text(field, value)));
        }
        return set;
    }

    private static void few(String field, int size) {
        if (size > MOST_ENTRIES) {
            throw Refusal.of(ErrorCode.INVALID, "%s has too many entries.".formatted(field))
                    .field(field, "has %d entries; the most are %d".formatted(size, MOST_ENTRIES));
        }
    }

    private static String text(String field, @Nullable String value) {
        if (value == null || value.length() > MOST_CHARS) {
            throw Refusal.of(ErrorCode.INVALID, "%s is no text that can be used.".formatted(field))
                    .field(field, "must be a text of at most %d characters".formatted(MOST_CHARS));
        }
        return value;
    }
}
