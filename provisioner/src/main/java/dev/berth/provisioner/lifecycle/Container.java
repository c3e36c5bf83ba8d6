package dev.berth.provisioner.lifecycle;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.Size;
import dev.berth.schema.Cause;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of one container, as its row has it.
 *
 * @param target what of its workload it is
 * @param name of the replica, such as {@code web-1}
 * @param image as wished, and from its start on by the digest that it had then, where a registry gave it
 * @param size its limits now
 * @param wanted the limits that it shall have
 * @param resizeRefused the generation whose size the engine refused in place; it is replaced instead
 * @param deadlineAt when its transient state has lasted too long
 * @param stopping set once it is to end
 * @param life what the engine said of it
 * @param note why it is as it is, for people
 * @param sequence of the last fact told
 * @param cause of the launch
 * @param sizeCause of the latest change of size
 * @param frozen whether its owner has it paused
 */
public record Container(
        ContainerId id,
        AccountId account,
        WorkloadId workload,
        Target target,
        String name,
        String host,
        String image,
        Size size,
        Size wanted,
        @Nullable Long resizeRefused,
        ContainerState state,
        @Nullable Instant deadlineAt,
        @Nullable Stopping stopping,
        Life life,
        Note note,
        long sequence,
        Cause cause,
        @Nullable Cause sizeCause,
        boolean logsKept,
        @Nullable Instant removedAt,
        Instant createdAt,
        Frozen frozen) {

    /**
     * Which of a workload's containers.
     *
     * @param generation the wish that it was launched for
     * @param revision of the wish: another one needs another container
     * @param run of the wish: the same
     * @param replica from 1
     * @param attempt how many in a row, counting this, since one last ran well; a job's count from its first
     * @param failures how many launches and runs in a row before this one the platform failed; they are no attempts
     * @param runSince when the first container of a job's run started that was known when this was begun; null before, and for services
     */
    public record Target(
            long generation,
            long revision,
            long run,
            int replica,
            int attempt,
            int failures,
            @Nullable Instant runSince) {
        /** Of no run that goes on already. */
        public Target(long generation, long revision, long run, int replica, int attempt, int failures) {
            this(generation, revision, run, replica, attempt, failures, null);
        }
    }

    /**
     * Whether its owner has it paused.
     *
     * @param wanted whether it shall be
     * @param is whether it is
     * @param changes how often that changed, which counts the facts of it
     */
    public record Frozen(boolean wanted, boolean is, long changes) {
        /** One that never was. */
        public static final Frozen NEVER = new Frozen(false, false, 0);
    }

    /** Which try of a replica: the part of its {@link Target} that the wish does not say. */
    public record Turn(int replica, int attempt, int failures) {}

    /**
     * That it is to end.
     *
     * @param reason what its stop will be told as
     * @param killAt when it is forced; null until it was asked
     */
    public record Stopping(
            StopReason reason,
            Instant intendedAt,
            int graceSeconds,
            @Nullable Instant killAt,
            Cause cause) {}

    /** What the engine said of it; times are the engine's. */
    public record Life(
            @Nullable String engineId,
            @Nullable String imageId,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Integer exitCode,
            boolean oomKilled,
            @Nullable StopReason reason) {
        /** Nothing is known. */
        public static final Life NONE = new Life(null, null, null, null, null, false, null);

        /** How long it ran; zero when it did not, or its end is unknown. */
        public Duration ran() {
            return startedAt == null || finishedAt == null ? Duration.ZERO : Duration.between(startedAt, finishedAt);
        }
    }

    /** Why it is as it is: a stable code, words for people, and when its successor starts. */
    public record Note(
            @Nullable String code,
            @Nullable String message,
            @Nullable Instant nextStartAt) {
        /** Nothing to say. */
        public static final Note NONE = new Note(null, null, null);
    }

    /** The engine's name of it. */
    public String engineName() {
        return ContainerEngine.nameOf(id);
    }

    /** Whether it was made for this revision and run. */
    public boolean isOf(long revision, long run) {
        return target.revision() == revision && target.run() == run;
    }

    /** Before this it cannot have been started, since the engine had not been asked. */
    public Instant startableSince() {
        Duration lasts = state.deadline();
        return state == ContainerState.STARTING && deadlineAt != null && lasts != null
                ? deadlineAt.minus(lasts)
                : createdAt;
    }

    /** Whether a transient state has lasted too long. */
    public boolean overdue(Instant now) {
        return deadlineAt != null && !now.isBefore(deadlineAt);
    }

    /**
     * In another state.
     *
     * @throws IllegalStateException if the table has no such step
     */
    Container in(ContainerState next, @Nullable Instant deadline) {
        Transition.check(state, next);
        return copy(next, deadline, stopping, life, note, sequence);
    }

    /** With another deadline of the state that it is in. */
    Container until(@Nullable Instant deadline) {
        return copy(state, deadline, stopping, life, note, sequence);
    }

    Container with(Stopping value, @Nullable Instant deadline) {
        return copy(state, deadline, value, life, note, sequence);
    }

    Container with(Life value) {
        return copy(state, deadlineAt, stopping, value, note, sequence);
    }

    /** Of an image that is known by its digest. */
    Container of(String pinned) {
        return copy(state, deadlineAt, stopping, life, note, sequence, pinned, frozen);
    }

    Container with(Note value) {
        return copy(state, deadlineAt, stopping, life, value, sequence);
    }

    /** With the sequence of the next fact. */
    Container next() {
        return copy(state, deadlineAt, stopping, life, note, sequence + 1);
    }

    private Container copy(
            ContainerState state,
            @Nullable Instant deadline,
            @Nullable Stopping stopping,
            Life life,
            Note note,
            long sequence) {
        return copy(state, deadline, stopping, life, note, sequence, image, frozen);
    }

    private Container copy(
            ContainerState state,
            @Nullable Instant deadline,
            @Nullable Stopping stopping,
            Life life,
            Note note,
            long sequence,
            String image,
            Frozen frozen) {
        return new Container(
                id,
                account,
                workload,
                target,
                name,
                host,
                image,
                size,
                wanted,
                resizeRefused,
                state,
                deadline,
                stopping,
                life,
                note,
                sequence,
                cause,
                sizeCause,
                logsKept,
                removedAt,
                createdAt,
                frozen);
    }

    /** With other limits: those it has, and those it shall have. */
    Container sized(Size has, Size shallHave, @Nullable Long refused, @Nullable Cause why) {
        return new Container(
                id,
                account,
                workload,
                target,
                name,
                host,
                image,
                has,
                shallHave,
                refused,
                state,
                deadlineAt,
                stopping,
                life,
                note,
                sequence,
                cause,
                why,
                logsKept,
                removedAt,
                createdAt,
                frozen);
    }

    /** Frozen, or to be. */
    Container with(Frozen next) {
        return copy(state, deadlineAt, stopping, life, note, sequence, image, next);
    }

    /** With nothing left on the engine. */
    Container removed(Instant when, boolean logs) {
        return new Container(
                id,
                account,
                workload,
                target,
                name,
                host,
                image,
                size,
                wanted,
                resizeRefused,
                state,
                deadlineAt,
                stopping,
                life,
                note,
                sequence,
                cause,
                sizeCause,
                logs,
                when,
                createdAt,
                frozen);
    }
}
