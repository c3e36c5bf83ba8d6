package dev.berth.client;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Asks who types; what is secret is not shown. */
final class Questions {
    private static final int LONGEST = 70_000;

    private final World world;

    Questions(World world) {
        this.world = world;
    }

    /** An answer; the usual one where none is given. */
    String ask(String what, String usual) {
        if (!world.terminalIn()) {
            if (usual.isEmpty()) {
                throw new Complaint(
                        Exit.USAGE, what + " is missing.", "Nobody is here to be asked: give it as an option.");
            }
            return usual;
        }
        world.err().print(usual.isEmpty() ? what + ": " : "%s [%s]: ".formatted(what, usual));
        world.err().flush();
        String answer = line().strip();
        return answer.isEmpty() ? usual : answer;
    }

    /**
     * A secret.
     *
     * @param piped whether it comes from standard input, to the end of its first line
     */
    String secret(String what, boolean piped) {
        if (piped) {
            return line();
        }
        Console console = world.terminalIn() ? System.console() : null;
        char[] typed = console == null ? null : console.readPassword("%s: ", what);
        if (typed == null) {
            throw new Complaint(
                    Exit.USAGE, what + " is missing.", "Nobody is here to be asked: pipe it in with --password-stdin.");
        }
        return new String(typed);
    }

    /** A secret of some lines, to the end of the input. */
    String whole(String what) {
        if (world.terminalIn()) {
            return secret(what, false);
        }
        try {
            byte[] all = world.in().readNBytes(LONGEST);
            String text = new String(all, StandardCharsets.UTF_8);
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = world.in().read();
                    b >= 0 && b != '\n' && line.size() < LONGEST;
                    b = world.in().read()) {
                line.write(b);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
    }
}
