package dev.berth.provisioner.engine;

import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A container as the engine's inspect shows it: the truth about when it ran. Times are the engine's, cut to milliseconds.
 *
 * @param container whose it is by its labels; null when it is none of this installation's
 * @param startedAt of the latest start; null when it never started
 * @param finishedAt of the latest end, also while it runs again; null when it never ended
 * @param exitCode null while it runs or when it never ran
 * @param error why it could not be started, or empty
 * @param limits that the engine holds it to; null where it does not say
 * @param address on one of its networks while it runs; null where it has none
 * @param stopSignal with which it is asked to end
 * @param networks that it is in, by name
 * @param paused whether it is frozen; it runs then too
 */
public record Seen(
        String engineId,
        @Nullable ContainerId container,
        boolean running,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Integer exitCode,
        boolean oomKilled,
        String error,
        @Nullable Size limits,
        @Nullable String address,
        String stopSignal,
        Set<String> networks,
        boolean paused) {
    public Seen {
        networks = Set.copyOf(networks);
    }

    /** One whose limits the engine does not say. */
    public Seen(
            String engineId,
            @Nullable ContainerId container,
            boolean running,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Integer exitCode,
            boolean oomKilled,
            String error) {
        this(
                engineId,
                container,
                running,
                startedAt,
                finishedAt,
                exitCode,
                oomKilled,
                error,
                null,
                null,
                "SIGTERM",
                Set.of(),
                false);
    }

    /** Whether it is this container, and not something else that took its name. */
    public boolean is(ContainerId id) {
        return id.equals(container);
    }

    /** Made, but not started so far. */
    public boolean neverStarted() {
        return startedAt == null && !running;
    }
}
