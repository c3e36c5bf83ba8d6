package dev.berth.schema.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A parser that is given bytes which {@link Fuzzer} makes up. A class of this kind has a name that ends in {@code Fuzz}, stands in the room
 * of its parser, and has a constructor without parameters. What it says of its parser is more than that it ends: what is accepted
 * keeps the rule, is written and read again the same, and what is refused is refused in the one way that is documented.
 */
public interface FuzzTarget {
    /** How often it is executed in a build. */
    int executions();

    /**
     * Gives the parser one input.
     *
     * @throws Exception for a fault; an {@link AssertionError} too
     */
    void execute(byte[] input) throws Exception;

    /** The input as text; what is no UTF-8 becomes the replacement character. */
    static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** The input as so many texts, which lines divide; those that are not there are empty. The last has all that is left. */
    static String[] texts(byte[] input, int count) {
        String[] parts = text(input).split("\n", count);
        String[] all = new String[count];
        for (int i = 0; i < count; i++) {
            all[i] = i < parts.length ? parts[i] : "";
        }
        return all;
    }

    /**
     * The input as text, or, as its first character chooses, one of some files with a piece of it exchanged for the text.
     *
     * @param files none of them empty
     */
    static String textOrPieceOf(byte[] input, List<String> files) {
        String text = text(input);
        int head = 3;
        if (text.length() < head || text.charAt(0) == '=') {
            return text.isEmpty() ? text : text.substring(1);
        }
        String file = files.get(text.charAt(0) % files.size());
        int from = text.charAt(1) * 16 % file.length();
        int to = Math.min(file.length(), from + text.charAt(2) % 64);
        return file.substring(0, from) + text.substring(head) + file.substring(to);
    }

    /** The files of a folder whose names end so, in the order of their names. */
    static List<String> files(String folder, String ending) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(one -> one.toString().endsWith(ending))
                    .sorted()
                    .toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says that something must be so. */
    @SuppressWarnings("AnnotateFormatMethod")
    static void must(boolean so, String otherwise, Object... values) {
        if (!so) {
            throw new AssertionError(otherwise.formatted(values));
        }
    }
}
