package dev.berth.launcher.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the {@link RunState} in {@code run/state.json}. Written by the launcher alone, under its lock; read by anyone. */
public final class StateFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    /** The state of the installation in that directory. */
    public StateFile(DataDirectory data) {
        this.file = data.run().resolve("state.json");
    }

    /** The last state written; empty when there is none, or it was written by a Berth with another form. */
    public Optional<RunState> read() {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), RunState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new LaunchException(
                    "%s cannot be read: %s".formatted(file, e), "Check who owns the data directory.", e);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Replaces the state. */
    public void write(RunState state) {
        try {
            DataDirectory.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state) + "\n");
        } catch (IOException e) {
            throw new LaunchException(
                    "%s cannot be written: %s".formatted(file, e),
                    "Is the disk full? 'df -h %s' tells.".formatted(file.getParent()),
                    e);
        }
    }
}
