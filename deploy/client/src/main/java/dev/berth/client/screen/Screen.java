package dev.berth.client.screen;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Where answers are written: tables for people as wide as their terminal, and without colour unless they have one. For one thread. */
public final class Screen {
    private static final String ESCAPE = "\u001b[";
    private static final Set<String> GOOD = Set.of("running", "ready", "succeeded", "paid", "good", "finished");
    private static final Set<String> BAD =
            Set.of("failed", "refused", "timed_out", "suspended", "uncollectible", "past_due", "restarting");

    private final PrintStream out;
    private final boolean terminal;
    private final Map<String, String> environment;

    /** One that writes there. */
    public Screen(PrintStream out, boolean terminal, Map<String, String> environment) {
        this.out = out;
        this.terminal = terminal;
        this.environment = environment;
    }

    /** Whether somebody looks. */
    public boolean isTerminal() {
        return terminal;
    }

    /** Writes a line as it is; the caller has cleaned what is of others. */
    public void line(String line) {
        out.println(line);
    }

    /** Writes JSON on one line. */
    public void json(JsonNode json) {
        out.println(json.toString());
    }

    /** Writes a table. */
    public void table(Table table) {
        table.lines(width()).forEach(line -> out.println(coloured(line)));
    }

    /** Writes out what is waiting; false when nobody reads any more, such as behind a pipe that was closed. */
    public boolean flush() {
        return !out.checkError();
    }

    /** Takes the last lines back, so that others take their place; nothing without a terminal. */
    public void back(int lines) {
        if (terminal && lines > 0) {
            out.print("%s%dA%sJ".formatted(ESCAPE, lines, ESCAPE));
        }
    }

    private boolean colours() {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** A line in which the words for states have their colour. */
    private String coloured(String line) {
        if (!colours()) {
            return line;
        }
        StringBuilder coloured = new StringBuilder();
        for (String word : line.split("(?<=\\s)|(?=\\s)")) {
            int colour = GOOD.contains(word) ? 32 : BAD.contains(word) ? 31 : 0;
            coloured.append(colour == 0 ? word : "%s%dm%s%s0m".formatted(ESCAPE, colour, word, ESCAPE));
        }
        return coloured.toString();
    }

    /** The width of the terminal; 0, which is no end, where there is none. */
    public int width() {
        if (!terminal) {
            return 0;
        }
        String given = environment.getOrDefault("COLUMNS", "");
        if (given.matches("[1-9][0-9]{1,3}")) {
            return Integer.parseInt(given);
        }
        try {
            Process size = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(size.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            boolean ended = size.waitFor(2, TimeUnit.SECONDS);
            return ended && answer.matches("[0-9]+ [1-9][0-9]*") ? Integer.parseInt(answer.split(" ")[1]) : 100;
        } catch (IOException e) {
            return 100;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 100;
        }
    }
}
