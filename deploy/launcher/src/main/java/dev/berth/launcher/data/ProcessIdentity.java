package dev.berth.launcher.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same number: its pid, and when the kernel says it started.
 *
 * @param pid the process id
 * @param started the boot id's first part and the start in clock ticks since boot
 */
public record ProcessIdentity(long pid, String started) {
    private static final Path PROC = Path.of("/proc");
    private static final int START_TIME_AFTER_NAME = 19;

    /** The process with that number as it is now, if there is one. */
    public static Optional<ProcessIdentity> of(long pid) {
        return started(pid).map(started -> new ProcessIdentity(pid, started));
    }

    /** This process. */
    public static ProcessIdentity self() {
        return of(ProcessHandle.current().pid()).orElseThrow();
    }

    /** Whether exactly this process still runs; a zombie does not. */
    public boolean alive() {
        return started(pid).filter(started::equals).isPresent();
    }

    /** A handle to it while it runs. */
    public Optional<ProcessHandle> handle() {
        return alive() ? ProcessHandle.of(pid) : Optional.empty();
    }

    private static Optional<String> started(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            if (afterName[0].equals("Z") || afterName[0].equals("X")) {
                return Optional.empty();
            }
            String boot =
                    Files.readString(PROC.resolve("sys/kernel/random/boot_id")).substring(0, 8);
            return Optional.of(boot + ":" + afterName[START_TIME_AFTER_NAME]);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
