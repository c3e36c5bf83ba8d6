package dev.berth.provisioner.volume;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Calls a program of the host, for a time. */
final class Command {
    private static final int MOST_CHARS = 300;

    private Command() {}

    /**
     * What it said. Its output goes to a file, so that a program that hangs with its output open is noticed too.
     *
     * @throws VolumeException if it is not there, fails, or does not end in time, when it is ended
     */
    static String run(Duration within, List<String> command) {
        String called = String.join(" ", command.subList(0, Math.min(command.size(), 3)));
        try {
            Path output = Files.createTempFile("berth-volume", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectOutput(output.toFile())
                        .start();
                try {
                    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                        throw VolumeException.ofHost("%s did not end within %s".formatted(called, within));
                    }
                } finally {
                    process.destroyForcibly();
                }
                String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
                if (process.exitValue() == 0) {
                    return said;
                }
                throw VolumeException.ofHost("%s failed: %s".formatted(called, brief(said)));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw VolumeException.ofHost("%s cannot be called: %s".formatted(command.getFirst(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw VolumeException.ofHost("interrupted");
        }
    }

    private static String brief(String said) {
        String plain = said.replaceAll("\\p{Cntrl}+", " ").strip();
        return plain.length() > MOST_CHARS ? plain.substring(0, MOST_CHARS) + "…" : plain;
    }
}
