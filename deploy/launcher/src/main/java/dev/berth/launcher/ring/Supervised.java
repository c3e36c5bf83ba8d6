package dev.berth.launcher.ring;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.ProcessIdentity;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.part.Part;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One part under supervision: started, waited for, started again when it dies, stopped. Every change is told to the listener, which
 * writes it down: a process that runs is on record. The listener is called without this object's lock.
 */
final class Supervised {
    private static final Duration RESTART_PROBE = Duration.ofMillis(250);

    private final Part part;
    private final Progress progress;
    private final Runnable changed;

    private @Nullable Child child;
    private boolean stopping;
    private int restarts;
    private int inARow;
    private long startedNanos;

    Supervised(Part part, Progress progress, Runnable changed) {
        this.part = part;
        this.progress = progress;
        this.changed = changed;
    }

    Part part() {
        return part;
    }

    /** Starts the part and returns when it is ready; says how long it took. */
    void startAndWait() {
        Child started = launch();
        awaitReady(started);
        part.prepare();
        progress.say(
                part.name(),
                "ready on port %d (%s)".formatted(part.port(), Progress.seconds(System.nanoTime() - startedNanos)));
        watch(started);
    }

    private Child launch() {
        Child started;
        synchronized (this) {
            if (stopping) {
                throw new LaunchException(
                        "%s is being stopped.".formatted(part.name()), "Start again with ./berth up.");
            }
            startedNanos = System.nanoTime();
            started = part.start();
            child = started;
        }
        changed.run();
        return started;
    }

    private void awaitReady(Child started) {
        long deadline = System.nanoTime() + part.readyWithin().toNanos();
        while (!part.ready()) {
            if (!started.alive()) {
                throw failed("ended with exit %d while starting"
                        .formatted(started.exit().join()));
            }
            if (System.nanoTime() > deadline) {
                throw failed(
                        "was not ready after %d s".formatted(part.readyWithin().toSeconds()));
            }
            if (!pause(RESTART_PROBE.dividedBy(5))) {
                throw failed("was interrupted while starting");
            }
        }
    }

    private LaunchException failed(String what) {
        String lines = FailureAdvice.telling(part.log().lastLines(400));
        return new LaunchException(
                "%s %s.".formatted(part.name(), what),
                "%s\nIts last lines:\n%s\nThe whole log: %s"
                        .formatted(
                                FailureAdvice.from(lines),
                                lines.indent(2).stripTrailing(),
                                part.log().path()));
    }

    private void watch(Child running) {
        Thread.ofVirtual().name("watch-" + part.name()).start(() -> {
            int exit = running.exit().join();
            restartAfter(exit);
        });
    }

    private void restartAfter(int exit) {
        Duration wait;
        synchronized (this) {
            if (stopping) {
                return;
            }
            Duration ran = Duration.ofNanos(System.nanoTime() - startedNanos);
            inARow = ran.compareTo(Backoff.RECOVERED) > 0 ? 1 : inARow + 1;
            restarts++;
            wait = Backoff.before(inARow);
            progress.say(
                    part.name(),
                    "DIED (exit %d) after %d s; starting it again in %d s (restart %d). Log: %s"
                            .formatted(
                                    exit,
                                    ran.toSeconds(),
                                    wait.toSeconds(),
                                    restarts,
                                    part.log().path()));
        }
        if (!pause(wait)) {
            return;
        }
        try {
            Child again = launch();
            watch(again);
            sayWhenReady(again);
        } catch (LaunchException e) {
            progress.say(part.name(), "cannot be started: " + e.getMessage());
            if (!isStopping()) {
                restartAfter(-1);
            }
        }
    }

    private void sayWhenReady(Child again) {
        try {
            awaitReady(again);
            progress.say(part.name(), "ready again (%s)".formatted(Progress.seconds(System.nanoTime() - startedNanos)));
        } catch (LaunchException e) {
            if (!isStopping()) {
                progress.say(part.name(), "%s %s".formatted(e.getMessage(), e.advice()));
            }
        }
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private static boolean pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** From now on its end is wanted. */
    synchronized void expectEnd() {
        stopping = true;
    }

    /** Ends the part within its deadline. */
    void stop() {
        Child running;
        synchronized (this) {
            stopping = true;
            running = child;
        }
        if (running == null) {
            return;
        }
        long began = System.nanoTime();
        boolean wasAlive = running.alive();
        boolean byItself = running.stop(part.stopSignal(), part.stopWithin());
        if (wasAlive) {
            progress.say(
                    part.name(),
                    byItself
                            ? "stopped (%s)".formatted(Progress.seconds(System.nanoTime() - began))
                            : "did not stop within %d s and was ended"
                                    .formatted(part.stopWithin().toSeconds()));
        }
        changed.run();
    }

    /** Its process now. */
    synchronized @Nullable ProcessIdentity process() {
        return child == null ? null : child.identity();
    }

    /** What is written down of it. */
    synchronized RunState.PartState state() {
        return new RunState.PartState(part.name(), process(), part.port(), restarts);
    }
}
