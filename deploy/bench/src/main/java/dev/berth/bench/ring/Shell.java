package dev.berth.bench.ring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs commands of the machine. */
public final class Shell {
    private Shell() {}

    /**
     * Runs a command to its end and answers its standard output, without white space at the ends.
     *
     * @throws IllegalStateException if it cannot be run or exits with anything but 0
     */
    public static String run(Path folder, List<String> command) {
        return run(folder, Map.of(), command);
    }

    /** The same with more in the environment. */
    static String run(Path folder, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("%s failed: %s".formatted(String.join(" ", command), output));
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException("%s cannot be run: %s".formatted(command.getFirst(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Like {@link #run(Path, List)}, in the current folder. */
    public static String run(String... command) {
        return run(Path.of("."), List.of(command));
    }
}
