package dev.berth.gateway.stack;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts variables into a text as the Compose specification has it: {@code $VAR}, {@code ${VAR}}, {@code ${VAR:-default}},
 * {@code ${VAR-default}}, {@code ${VAR:?error}}, {@code ${VAR?error}}, {@code ${VAR:+other}}, {@code ${VAR+other}}, nested, and
 * {@code $$} for a dollar sign. Pure; one object is one text.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md">Compose specification, interpolation</a>
 */
final class Interpolation {
    /** A variable that is not as the text wants it, or a text that is not of this form. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message, null, false, false);
        }
    }

    static final int MOST_CHARS = 65_536;
    private static final int MOST_DEPTH = 8;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, String> variables;
    private final Set<String> missing = new TreeSet<>();

    Interpolation(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** Names that were used without a default and are not given; they stand for nothing, as in Compose. */
    Set<String> missing() {
        return missing;
    }

    /**
     * The text with its variables.
     *
     * @throws Wrong if it asks for a variable that is not there, or has a dollar sign that begins nothing
     */
    String apply(String text) throws Wrong {
        String result = apply(text, 0);
        if (result.length() > MOST_CHARS) {
            throw new Wrong("is longer than %d characters with its variables put in".formatted(MOST_CHARS));
        }
        return result;
    }

    private String apply(String text, int depth) throws Wrong {
        if (depth > MOST_DEPTH) {
            throw new Wrong("nests variables more than %d deep".formatted(MOST_DEPTH));
        }
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '$') {
                out.append(c);
                i++;
            } else if (i + 1 < text.length() && text.charAt(i + 1) == '$') {
                out.append('$');
                i += 2;
            } else if (i + 1 < text.length() && text.charAt(i + 1) == '{') {
                int end = closing(text, i + 2);
                out.append(braced(text.substring(i + 2, end), depth));
                i = end + 1;
            } else {
                Matcher name = NAME.matcher(text).region(i + 1, text.length());
                if (!name.lookingAt()) {
                    throw new Wrong("has a '$' that begins no variable; write '$$' for a dollar sign");
                }
                out.append(value(name.group()));
                i = name.end();
            }
            if (out.length() > MOST_CHARS) {
                throw new Wrong("is longer than %d characters with its variables put in".formatted(MOST_CHARS));
            }
        }
        return out.toString();
    }

    private static int closing(String text, int from) throws Wrong {
        int open = 1;
        for (int i = from; i < text.length(); i++) {
            if (text.startsWith("$$", i)) {
                i++;
            } else if (text.startsWith("${", i)) {
                open++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        throw new Wrong("has a '${' without its '}'");
    }

    private String braced(String inside, int depth) throws Wrong {
        Matcher name = NAME.matcher(inside);
        if (!name.lookingAt()) {
            throw new Wrong("has a '${' that no name of a variable follows");
        }
        String rest = inside.substring(name.end());
        if (rest.isEmpty()) {
            return value(name.group());
        }
        boolean orEmpty = rest.charAt(0) == ':';
        String operation = orEmpty ? rest.substring(1) : rest;
        if (operation.isEmpty() || "-?+".indexOf(operation.charAt(0)) < 0) {
            throw new Wrong("has '${%s…', which is none of :- - :? ? :+ +".formatted(name.group()));
        }
        String value = variables.get(name.group());
        boolean there = value != null && !(orEmpty && value.isEmpty());
        String other = operation.substring(1);
        return switch (operation.charAt(0)) {
            case '-' -> there ? String.valueOf(value) : apply(other, depth + 1);
            case '+' -> there ? apply(other, depth + 1) : "";
            default -> {
                if (!there) {
                    throw new Wrong("needs the variable %s%s".formatted(name.group(), why(apply(other, depth + 1))));
                }
                yield String.valueOf(value);
            }
        };
    }

    private static String why(String words) {
        return words.isEmpty() ? "" : ": " + words;
    }

    private String value(String name) {
        String value = variables.get(name);
        if (value == null) {
            missing.add(name);
            return "";
        }
        return value;
    }
}
