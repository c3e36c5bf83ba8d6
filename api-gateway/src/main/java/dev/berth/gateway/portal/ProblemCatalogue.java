package dev.berth.gateway.portal;

import dev.berth.gateway.edge.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every code that a problem can have, for people: the gateway's own from {@link ErrorCode}, with what each means from
 * {@code portal/problem-words.txt}, and those that the services behind it answer through it, wholly from there. The pages of it are
 * where the {@code type} of a problem leads. Immutable.
 */
final class ProblemCatalogue {
    /** A code. */
    record Entry(String code, int status, String title, String meaning, String hint) {}

    private static final String WORDS = "/portal/problem-words.txt";
    private static final int OWN = 2;
    private static final int PASSED = 5;

    private final List<Entry> entries;

    /**
     * Reads the words.
     *
     * @throws IllegalStateException for a line that is none, or whose code is no code of the gateway's and says no more
     */
    ProblemCatalogue() {
        Map<String, List<String>> words = words();
        Stream<Entry> own = Arrays.stream(ErrorCode.values())
                .filter(code -> words.containsKey(code.text()))
                .map(code -> new Entry(
                        code.text(),
                        code.status(),
                        code.title(),
                        Objects.requireNonNull(words.get(code.text())).getLast(),
                        code.hint()));
        Stream<Entry> passed = words.values().stream()
                .filter(line -> line.size() == PASSED)
                .map(line ->
                        new Entry(line.get(0), Integer.parseInt(line.get(1)), line.get(2), line.get(4), line.get(3)));
        entries = Stream.concat(own, passed)
                .sorted(Comparator.comparingInt(Entry::status).thenComparing(Entry::code))
                .toList();
        if (entries.size() != words.size()) {
            throw new IllegalStateException(WORDS + " has words of a code that the gateway does not have");
        }
    }

    /** All of them, by status. */
    List<Entry> entries() {
        return entries;
    }

    /** One by its code. */
    Optional<Entry> find(String code) {
        return entries.stream().filter(entry -> entry.code().equals(code)).findFirst();
    }

    private static Map<String, List<String>> words() {
        try (InputStream text = ProblemCatalogue.class.getResourceAsStream(WORDS)) {
            if (text == null) {
                throw new IllegalStateException(WORDS + " is missing from the jar");
            }
            Map<String, List<String>> words = new LinkedHashMap<>();
            new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> List.of(line.split(" \\| ")))
                    .forEach(parts -> {
                        if ((parts.size() != OWN && parts.size() != PASSED)
                                || words.put(parts.getFirst(), parts) != null) {
                            throw new IllegalStateException("%s: '%s'".formatted(WORDS, parts));
                        }
                    });
            return words;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
