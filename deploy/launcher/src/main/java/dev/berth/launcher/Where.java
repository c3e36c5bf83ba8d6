package dev.berth.launcher;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.data.StateFile;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names an installation. */
final class Where {
    @Option(names = "--data", paramLabel = "DIR", description = "The data directory (default: .berth in the checkout).")
    private @Nullable Path data;

    DataDirectory directory() {
        return DataDirectory.at(data != null ? data : checkout().resolve(".berth"));
    }

    /** Where Berth was built; the script says so. */
    static Path checkout() {
        return Path.of(System.getProperty("berth.home", "."));
    }

    /** What runs there. */
    RunState running() {
        DataDirectory directory = directory();
        return state().filter(RunState::supervised)
                .filter(state -> state.phase() == RunState.Phase.READY)
                .orElseThrow(() -> new LaunchException(
                        "Berth does not run on %s.".formatted(directory.root()), "Start it with ./berth up."));
    }

    Optional<RunState> state() {
        DataDirectory directory = directory();
        return directory.exists() ? new StateFile(directory).read() : Optional.empty();
    }
}
