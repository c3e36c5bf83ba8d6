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
 * @param since only lines from this time on
 * @param search only lines that have this in them, upper and lower case alike; null for all
 * @param read how many lines of the time {@code since} were read already and are not shown again; pieces of one long line share a time
 */
record LogRequest(
        @Nullable Integer tail,
        @Nullable Instant since,
        boolean follow,
        @Nullable String search,
        int read) {
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
        return new LogRequest(tailOf(tail), sinceOf(since), followOf(follow), searchOf(search), 0);
    }

    /**
     * The same behind a line that was read: a server-sent event stream that broke goes on after its last event.
     *
     * @param lastRead the id of that event, as {@link StreamWriter} writes it; null or blank: nothing was read
     * @throws Refusal if it is no time
     */
    LogRequest goingOnBehind(@Nullable String lastRead) {
        if (lastRead == null || lastRead.isBlank()) {
            return this;
        }
        int mark = lastRead.indexOf(StreamWriter.SAME_TIME);
        if (mark < 0) {
            return new LogRequest(tail, sinceOf(lastRead), follow, search, 1);
        }
        String before = lastRead.substring(mark + 1);
        if (!before.matches("[0-9]{1,6}")) {
            throw new Refusal(ProblemCode.INVALID, "Last-Event-ID: is the id of an event of this stream");
        }
        return new LogRequest(tail, sinceOf(lastRead.substring(0, mark)), follow, search, Integer.parseInt(before) + 1);
    }

    /** Whether nothing that is there already is shown, only what comes. */
    boolean fromItsEnd() {
        return follow && tail != null && tail == 0;
    }

    /** What finds out where that is: the last line there is. */
    LogRequest last() {
        return new LogRequest(1, since, false, null, 0);
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

    /** Hands on only the lines that are asked for, of one container from {@code since} on; for one thread. */
    Consumer<LogLine> only(Consumer<LogLine> sink) {
        int[] known = {0};
        return line -> {
            if (!shows(line) || (read > 0 && since != null && line.time().isBefore(since))) {
                return;
            }
            if (read == 0 || !line.time().equals(since) || ++known[0] > read) {
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
