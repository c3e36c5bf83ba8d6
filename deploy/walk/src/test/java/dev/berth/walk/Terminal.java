package dev.berth.walk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Somebody at a shell with the script {@code berth}, and with a home of their own. */
final class Terminal {
    private static final long PATIENCE_SECONDS = 150;

    private final Path home;

    /** How a command ended. */
    record Ended(int exit, String out, String err) {
        /** What it wrote, when it ended with that code. */
        String expect(int code) {
            if (exit != code) {
                throw new AssertionError("ended with %d, not %d%n%s%n%s".formatted(exit, code, out, err));
            }
            return out;
        }

        JsonNode json() {
            return new ObjectMapper().readTree(expect(0));
        }
    }

    /** A command that goes on. */
    record Running(Process process, Path out, Path err) {
        String shown() {
            return read(out);
        }

        Ended end() {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("it goes on%n%s%n%s".formatted(read(out), read(err)));
                }
                return new Ended(process.exitValue(), read(out), read(err));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        /** Interrupts it as a person does. */
        Ended interrupt() {
            try {
                new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            return end();
        }
    }

    Terminal(Path home) {
        this.home = home;
    }

    Ended berth(String... words) {
        return berthReading("", words);
    }

    Ended berthReading(String input, String... words) {
        Running running = begin(words);
        try (var in = running.process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading.
        }
        return running.end();
    }

    Running begin(String... words) {
        // What a shell starts in the background ignores interrupts, and so does all that it starts; a person's terminal
        // does not.
        List<String> command = new ArrayList<>(List.of(
                "env", "--default-signal=INT", Ring.checkout().resolve("berth").toString()));
        command.addAll(List.of(words));
        try {
            Path out = Files.createTempFile(home, "out", "");
            Path err = Files.createTempFile(home, "err", "");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("BERTH_") || name.startsWith("XDG_"));
            builder.environment().put("HOME", home.toString());
            builder.environment().put("BERTH_START_CACHE", "off");
            return new Running(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
