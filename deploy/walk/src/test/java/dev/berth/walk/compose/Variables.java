package dev.berth.walk.compose;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills in {@code ${NAME}}, {@code ${NAME:-default}} and {@code ${NAME:?message}}, as the Compose specification says of them
 * (https://docs.docker.com/reference/compose-file/interpolation/).
 */
record Variables(Map<String, String> values) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(?:(:-|:\\?)([^}]*))?}");

    String fill(String text) {
        return VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found)));
    }

    private String value(MatchResult found) {
        String name = found.group(1);
        String value = values.getOrDefault(name, "");
        if (!value.isEmpty()) {
            return value;
        }
        if (":-".equals(found.group(2))) {
            return found.group(3);
        }
        throw new IllegalArgumentException("the Compose file needs %s, and nobody set it".formatted(name));
    }
}
