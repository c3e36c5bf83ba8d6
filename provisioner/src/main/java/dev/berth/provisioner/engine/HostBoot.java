package dev.berth.provisioner.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the kernel of an engine's host started. After the power failed the engine gives everything that ran the time of its own
 * return as its end; only this tells that nothing can have run until then. Known where the engine is on this machine: the kernel's
 * {@code btime} is the host's in a container too.
 */
final class HostBoot {
    private static final Path STAT = Path.of("/proc/stat");
    private static final String FIELD = "btime ";

    private HostBoot() {}

    /** Of the host of an engine at this address. */
    static @Nullable Instant of(String dockerHost) {
        return dockerHost.startsWith("unix:") ? read(STAT) : null;
    }

    static @Nullable Instant read(Path stat) {
        try {
            for (String line : Files.readAllLines(stat)) {
                if (line.startsWith(FIELD)) {
                    return Instant.ofEpochSecond(
                            Long.parseLong(line.substring(FIELD.length()).strip()));
                }
            }
            return null;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
