package dev.berth.provisioner.lifecycle;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The states of one run of a container. They only go forward, by rank; {@link Transition#TABLE} says how and by whom. A transient
 * state has a deadline, after which the reaper ends it.
 */
public enum ContainerState {
    /** Decided; the engine knows nothing of it. */
    PENDING(10, Duration.ofMinutes(5)),
    /** Its image is being fetched, or waits for its turn; the deadline counts from when it is fetched. */
    PULLING(20, Duration.ofMinutes(12)),
    /** The engine was asked to make and start it. */
    STARTING(30, Duration.ofMinutes(2)),
    /** It started, as the engine says, and its end is not known. */
    RUNNING(40, null),
    /** It is to end: first asked, then forced. The deadline is its grace time and this. */
    STOPPING(50, Duration.ofMinutes(1)),
    /** It ended, or was withdrawn before it ran. */
    STOPPED(60, null),
    /** It never ran. */
    FAILED(70, null);

    private final int rank;
    private final @Nullable Duration deadline;

    ContainerState(int rank, @Nullable Duration deadline) {
        this.rank = rank;
        this.deadline = deadline;
    }

    /** The number in the database; never reused. */
    public int rank() {
        return rank;
    }

    /** How long it may last; null for a state that may last. */
    public @Nullable Duration deadline() {
        return deadline;
    }

    /** Whether nothing follows. */
    public boolean over() {
        return this == STOPPED || this == FAILED;
    }

    /** Whether it is on its way to running, or runs. */
    public boolean up() {
        return rank < STOPPING.rank;
    }

    /** The form in the database and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #text}. */
    public static ContainerState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The states that are not over, in order. */
    public static List<ContainerState> live() {
        return Arrays.stream(values()).filter(state -> !state.over()).toList();
    }
}
