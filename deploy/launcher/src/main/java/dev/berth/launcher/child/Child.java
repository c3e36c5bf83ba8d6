package dev.berth.launcher.child;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started in a session of its own: a Ctrl-C at the terminal does not reach it, and it outlives a launcher
 * that is killed. Its output goes straight into its log. Safe for use by several threads.
 */
public final class Child {
    private final String name;
    private final Process process;
    private final ProcessIdentity identity;

    private Child(String name, Process process, ProcessIdentity identity) {
        this.name = name;
        this.process = process;
        this.identity = identity;
    }

    /**
     * Starts a process.
     *
     * @param environment added to the launcher's own
     * @throws LaunchException when the program is not there
     */
    public static Child start(String name, List<String> command, Map<String, String> environment, LogFile log) {
        List<String> whole = new ArrayList<>();
        whole.add("setsid");
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            ProcessIdentity identity = ProcessIdentity.of(process.pid())
                    .orElseThrow(() -> new LaunchException(
                            "%s ended as soon as it was started (exit %s).".formatted(name, exitOf(process)),
                            log.lastLines(30)));
            return new Child(name, process, identity);
        } catch (IOException e) {
            throw new LaunchException(
                    "%s cannot be started: %s".formatted(name, e.getMessage()),
                    "'setsid' and 'unshare' are in Debian's package util-linux; java is %s."
                            .formatted(command.getFirst()),
                    e);
        }
    }

    private static String exitOf(Process process) {
        return process.isAlive() ? "unknown" : Integer.toString(process.exitValue());
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its pid and start time. */
    public ProcessIdentity identity() {
        return identity;
    }

    /** Whether it runs. */
    public boolean alive() {
        return identity.alive();
    }

    /** Completes with the exit code. */
    public CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Asks it to end and, when it has not after the deadline, ends it. Returns whether it went by itself. */
    public boolean stop(StopSignal signal, Duration deadline) {
        return stop(identity, signal, deadline);
    }

    /** The same for a process that an earlier launcher started. */
    public static boolean stop(ProcessIdentity process, StopSignal signal, Duration deadline) {
        if (!process.alive()) {
            return true;
        }
        signal.send(process);
        if (endedWithin(process, deadline)) {
            return true;
        }
        process.handle().ifPresent(ProcessHandle::destroyForcibly);
        endedWithin(process, Duration.ofSeconds(10));
        return false;
    }

    /** Waits for the end of a process. */
    public static boolean endedWithin(ProcessIdentity process, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (process.alive()) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return !process.alive();
            }
        }
        return true;
    }
}
