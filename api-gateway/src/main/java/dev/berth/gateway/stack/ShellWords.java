package dev.berth.gateway.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits a command that is written as one text, as Compose does: by blanks, with quotes and backslashes as in a POSIX shell. Pure. */
public final class ShellWords {
    private ShellWords() {}

    /** The words; empty where a quote is not closed. */
    public static Optional<List<String>> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == '\'') {
                if (c == '\'') {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                if (quote == '"' && "\"\\$`".indexOf(next) < 0) {
                    word.append(c);
                }
                word.append(next);
                begun = true;
            } else if (quote == '"') {
                if (c == '"') {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                begun = true;
            } else if (Character.isWhitespace(c)) {
                if (begun || !word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            return Optional.empty();
        }
        if (begun || !word.isEmpty()) {
            words.add(word.toString());
        }
        return Optional.of(words);
    }
}
