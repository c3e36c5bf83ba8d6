package dev.berth.provisioner.stream;

import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.engine.LogLine;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a reader asked for.
 *
 * @param tail how many of the last lines that are shown; null for all that are kept
 * @param search only lines that have this in them, upper and lower case alike; null for all
 */
record LogRequest(
        @Nullable Integer tail,
        @Nullable Instant since,
        boolean follow,
        @Nullable String search) {
    /** The most lines of a tail. */
    static final int MOST_LINES = 10_000;

    /** The most characters of a search. */
    static final int MOST_CHARS = 200;

    /**
     * Reads the query: {@code tail} is a number or {@code all}, {@code since} RFC 3339 or Unix seconds, {@code follow} true or
     * false, {@code search} any text of at most {@link #MOST_CHARS} characters.
     *
     * @throws Refusal if one of them is none
     */
    static LogRequest of(
            @Nullable String tail, @Nullable String since, @Nullable String follow, @Nullable String search) {
        return new LogRequest(tailOf(tail), sinceOf(since), followOf(follow), searchOf(search));
    }

    /** Whether nothing that is there already is shown, only what comes. */
    boolean fromItsEnd() {
        return follow && tail != null && tail == 0;
    }

    /** What finds out where that is: the last line there is. */
    LogRequest last() {
        return new LogRequest(1, since, false, null);
    }

    /** Whether a line is one that is asked for, whenever it was written. */
    boolean shows(LogLine line) {
        if (search == null) {
            return true;
        }
        String text = line.text();
        for (int at = 0; at <= text.length() - search.length(); at++) {
            if (text.regionMatches(true, at, search, 0, search.length())) {
                return true;
            }
        }
        return false;
    }

    /** Hands on only the lines that are asked for. */
    Consumer<LogLine> only(Consumer<LogLine> sink) {
        return line -> {
            if (shows(line)) {
                sink.accept(line);
            }
        };
    }

    private static @Nullable String searchOf(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.length() > MOST_CHARS) {
            throw new Refusal(ProblemCode.INVALID, "search: has at most %d characters".formatted(MOST_CHARS));
        }
        return text;
    }

    private static @Nullable Integer tailOf(@Nullable String text) {
        if (text == null || text.equals("all")) {
            return null;
        }
        if (text.matches("[0-9]{1,6}") && Integer.parseInt(text) <= MOST_LINES) {
            return Integer.valueOf(text);
        }
        throw new Refusal(ProblemCode.INVALID, "tail: is 'all' or a number from 0 to " + MOST_LINES);
    }

    private static @Nullable Instant sinceOf(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.matches("[0-9]{1,11}")) {
            return Instant.ofEpochSecond(Long.parseLong(text));
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new Refusal(
                    ProblemCode.INVALID, "since: is a time such as 2026-11-22T08:00:00Z, or seconds since 1970");
        }
    }

    private static boolean followOf(@Nullable String text) {
        return switch (text == null ? "false" : text) {
            case "true", "1", "" -> true;
            case "false", "0" -> false;
            default -> throw new Refusal(ProblemCode.INVALID, "follow: is true or false");
        };
    }
}
