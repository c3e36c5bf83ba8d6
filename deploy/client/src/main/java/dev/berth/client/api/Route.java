package dev.berth.client.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A route of the API.
 *
 * @param path with {@code {names}} for what is given
 * @param scope what a key must have; {@code operator} for the operator's; empty for a route that is open
 * @param query the names of its query parameters
 */
public record Route(String method, String path, String summary, String scope, List<String> query) {
    private static final Pattern VARIABLE = Pattern.compile("\\{[^}]+}");

    public Route {
        query = List.copyOf(query);
    }

    /** The path with its variables given, in their order. */
    public String at(String... values) {
        Matcher variables = VARIABLE.matcher(path);
        StringBuilder filled = new StringBuilder();
        int used = 0;
        while (variables.find()) {
            if (used == values.length) {
                throw new IllegalArgumentException("%s %s has more variables".formatted(method, path));
            }
            variables.appendReplacement(filled, Matcher.quoteReplacement(encoded(values[used++])));
        }
        if (used != values.length) {
            throw new IllegalArgumentException("%s %s has fewer variables".formatted(method, path));
        }
        return variables.appendTail(filled).toString();
    }

    /** Whether it changes nothing. */
    public boolean reads() {
        return method.equals("GET");
    }

    /** A text as a part of a URL. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
