package dev.berth.launcher.ring;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.part.Ports;
import java.nio.file.Path;
import java.util.Map;

/** A launcher in a process of its own, for a test to kill: arguments are checkout, data directory and port. */
public final class RingProcess {
    private RingProcess() {}

    /** Starts a ring and waits for ever. */
    public static void main(String[] args) throws Exception {
        RingSettings settings = new RingSettings(
                Path.of(args[0]),
                DataDirectory.at(Path.of(args[1])),
                new Ports(Integer.parseInt(args[2])),
                "127.0.0.1",
                Map.of("BERTH_MIN_MEMORY_MIB", "0"));
        Ring.start(settings, new Progress(System.out));
        Thread.currentThread().join();
    }
}
