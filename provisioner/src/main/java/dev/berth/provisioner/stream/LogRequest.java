package dev.berth.provisioner.stream;

import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** What a reader asked for: the last {@code tail} lines (null: all that are kept), since when, and whether to follow. */
record LogRequest(@Nullable Integer tail, @Nullable Instant since, boolean follow) {
    /** The most lines of a tail. */
    static final int MOST_LINES = 10_000;

    /**
     * Reads the query: {@code tail} is a number or {@code all}, {@code since} RFC 3339 or Unix seconds, {@code follow} true or
     * false.
     *
     * @throws Refusal if one of them is none
     */
    static LogRequest of(@Nullable String tail, @Nullable String since, @Nullable String follow) {
        return new LogRequest(tailOf(tail), sinceOf(since), followOf(follow));
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
