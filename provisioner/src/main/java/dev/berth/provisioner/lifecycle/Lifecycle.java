package dev.berth.provisioner.lifecycle;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.engine.Size;
import dev.berth.schema.Cause;
import dev.berth.schema.container.ContainerPaused;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The only writer of containers' rows and the only teller of their facts. Each method locks the row, checks that the step is
 * allowed from the state it finds, and does nothing when somebody else was first; so whoever acts late changes nothing. Works
 * inside the caller's transaction. Thread-safe.
 */
@Component
public class Lifecycle {
    private static final Duration TURN_WITHIN = Duration.ofHours(1);

    private final ContainerRepository containers;

    public Lifecycle(ContainerRepository containers) {
        this.containers = containers;
    }

    /** Decides a launch: the row is there before the engine hears of it. */
    public Container begin(FactTransaction tx, Wish.Wanted wish, Container.Turn turn, String host) {
        Container container = fresh(tx, wish, turn, host, ContainerState.PENDING, Container.Note.NONE);
        containers.insert(tx.dsl(), container);
        return container;
    }

    /** Decides that a launch cannot be, and tells it. The failure's time is this machine's, taken in this transaction. */
    public Container refuse(
            FactTransaction tx, Wish.Wanted wish, Container.Turn turn, String host, Container.Note why) {
        Container container = fresh(tx, wish, turn, host, ContainerState.FAILED, why)
                .removed(tx.now(), false)
                .next();
        containers.insert(tx.dsl(), container);
        tellFailure(tx, container);
        return container;
    }

    private Container fresh(
            FactTransaction tx,
            Wish.Wanted wish,
            Container.Turn turn,
            String host,
            ContainerState state,
            Container.Note note) {
        WorkloadDesired spec = wish.spec();
        Size size = new Size(spec.cpuMillis(), spec.memoryMib());
        return new Container(
                ContainerId.next(),
                spec.account(),
                spec.workload(),
                new Container.Target(
                        spec.generation(),
                        spec.revision(),
                        spec.run(),
                        turn.replica(),
                        turn.attempt(),
                        turn.failures(),
                        spec.maxRuntimeSeconds() == null
                                ? null
                                : containers.runSince(tx.dsl(), spec.workload(), spec.revision(), spec.run())),
                ReplicaName.of(spec.name(), turn.replica()),
                host,
                spec.image(),
                size,
                size,
                null,
                state,
                deadline(tx.now(), state),
                null,
                Container.Life.NONE,
                note,
                0,
                wish.cause(),
                null,
                false,
                null,
                tx.now(),
                Container.Frozen.NEVER);
    }

    private static @Nullable Instant deadline(Instant now, ContainerState state) {
        Duration lasts = state.deadline();
        return lasts == null ? null : now.plus(lasts);
    }

    /**
     * The image is not on the host and waits for its turn to be fetched, for an hour at most; answers whether the launch goes
     * on.
     */
    public boolean pulling(FactTransaction tx, ContainerId id) {
        return change(
                tx,
                id,
                container -> container.state() == ContainerState.PENDING
                        ? container.in(ContainerState.PULLING, tx.now().plus(TURN_WITHIN))
                        : null);
    }

    /** Its image is being fetched from now on; only now its time for that begins. Answers whether the launch goes on. */
    public boolean fetching(FactTransaction tx, ContainerId id) {
        return change(
                tx,
                id,
                container -> container.state() == ContainerState.PULLING
                        ? container.until(deadline(tx.now(), ContainerState.PULLING))
                        : null);
    }

    /** How far the fetching of its image is, in words; nothing is told of it. */
    public boolean fetched(FactTransaction tx, ContainerId id, String howFar) {
        return change(
                tx,
                id,
                container -> container.state() == ContainerState.PULLING
                        ? container.with(new Container.Note("pulling", howFar, null))
                        : null);
    }

    /**
     * Its image is on the host and pinned, and those whose place it takes have not ended: it waits for them, for an hour at most. Answers
     * whether that is news.
     */
    public boolean ready(FactTransaction tx, ContainerId id, String imageId) {
        return change(
                tx,
                id,
                container -> Transition.allowed(container.state(), ContainerState.STARTING)
                                && container.life().imageId() == null
                        ? container
                                .until(tx.now().plus(TURN_WITHIN))
                                .with(imaged(imageId))
                                .with(new Container.Note("waiting", "waits for the old one to end", null))
                        : null);
    }

    private static Container.Life imaged(String imageId) {
        return new Container.Life(null, imageId, null, null, null, false, null);
    }

    /**
     * The image is pinned and the engine will be called next; answers whether the launch goes on.
     *
     * @param told the image by its digest, where that is known
     */
    public boolean starting(FactTransaction tx, ContainerId id, String imageId, String told) {
        return change(
                tx,
                id,
                container -> Transition.allowed(container.state(), ContainerState.STARTING)
                        ? container
                                .in(ContainerState.STARTING, deadline(tx.now(), ContainerState.STARTING))
                                .of(told)
                                .with(imaged(imageId))
                                .with(Container.Note.NONE)
                        : null);
    }

    /** Applies what the engine shows, and tells the facts in it. {@code seen} is null when the engine has no such container. */
    public Observation observe(FactTransaction tx, ContainerId id, @Nullable Seen seen, Evidence evidence) {
        Optional<Container> found = containers.lock(tx.dsl(), id);
        if (found.isEmpty()) {
            return new Observation.Nothing();
        }
        Container container = found.get();
        Observation observation = Observation.of(container, seen, evidence);
        switch (observation) {
            case Observation.Nothing nothing -> {}
            case Observation.Started started -> {
                Container next = started(tx, container, started.engineId(), started.startedAt());
                containers.update(
                        tx.dsl(),
                        next.state() == ContainerState.STARTING ? next.in(ContainerState.RUNNING, null) : next,
                        tx.now());
            }
            case Observation.Ended ended -> {
                Container next =
                        ended.startIsNews() ? started(tx, container, ended.engineId(), ended.startedAt()) : container;
                ended(tx, next, ended);
            }
            case Observation.Lost lost -> {
                // What was started again is still there, and is removed like any other.
                Container next = lost(container, "removed or restarted by somebody else; when it ended is unknown");
                containers.update(tx.dsl(), seen == null ? next.removed(tx.now(), next.logsKept()) : next, tx.now());
            }
        }
        return observation;
    }

    /** Its host does not come back. What became of it is not known, and nothing of it is left to be removed. */
    public boolean lose(FactTransaction tx, ContainerId id) {
        return change(tx, id, container -> {
            if (container.removedAt() != null) {
                return null;
            }
            Container next = container.state().over()
                    ? container
                    : lost(container, "its host is gone; when it ended is unknown");
            return next.removed(tx.now(), next.logsKept());
        });
    }

    /** When it ended is not known, so nothing is told: inventories bound its use. */
    private static Container lost(Container container, String why) {
        Container.Life life = container.life();
        return container
                .in(ContainerState.STOPPED, null)
                .with(new Container.Life(
                        life.engineId(), life.imageId(), life.startedAt(), null, null, false, StopReason.PLATFORM))
                .with(new Container.Note("lost", why, null));
    }

    private Container started(FactTransaction tx, Container container, String engineId, Instant startedAt) {
        Container next = container
                .with(new Container.Life(engineId, container.life().imageId(), startedAt, null, null, false, null))
                .next();
        tx.tell(
                new ContainerStarted(
                        next.id(),
                        next.account(),
                        next.workload(),
                        next.target().generation(),
                        next.target().replica(),
                        engineId,
                        next.host(),
                        next.image(),
                        next.size().cpuMillis(),
                        next.size().memoryMib(),
                        startedAt,
                        next.sequence()),
                next.cause());
        return next;
    }

    private void ended(FactTransaction tx, Container container, Observation.Ended ended) {
        Container next = container
                .in(ContainerState.STOPPED, null)
                .with(new Container.Life(
                        ended.engineId(),
                        container.life().imageId(),
                        ended.startedAt(),
                        ended.finishedAt(),
                        ended.exitCode(),
                        ended.oomKilled(),
                        ended.reason()))
                .next();
        containers.update(tx.dsl(), next, tx.now());
        Container.Stopping stopping = next.stopping();
        tx.tell(
                new ContainerStopped(
                        next.id(),
                        next.account(),
                        next.workload(),
                        ended.engineId(),
                        next.host(),
                        ended.startedAt(),
                        ended.finishedAt(),
                        ended.exitCode(),
                        ended.oomKilled(),
                        ended.reason(),
                        next.size().cpuMillis(),
                        next.size().memoryMib(),
                        next.sequence(),
                        ended.provenUntil()),
                stopping != null && stopping.reason() == ended.reason() ? stopping.cause() : next.cause());
    }

    /** It never ran and will not: tells it once. */
    public boolean fail(FactTransaction tx, ContainerId id, String code, String message) {
        return change(tx, id, container -> {
            if (!Transition.allowed(container.state(), ContainerState.FAILED)) {
                return null;
            }
            Container failed = container
                    .in(ContainerState.FAILED, null)
                    .with(new Container.Note(code, message, null))
                    .next();
            tellFailure(tx, failed);
            return failed;
        });
    }

    private static void tellFailure(FactTransaction tx, Container failed) {
        tx.tell(
                new LaunchFailed(
                        failed.id(),
                        failed.account(),
                        failed.workload(),
                        failed.target().generation(),
                        failed.target().replica(),
                        failed.host(),
                        Objects.requireNonNullElse(failed.note().code(), "failed"),
                        Objects.requireNonNullElse(failed.note().message(), ""),
                        tx.now(),
                        failed.sequence()),
                failed.cause());
    }

    /** Decides that it is to end. What the engine never heard of ends at once; nothing is told of it. */
    public boolean stop(FactTransaction tx, ContainerId id, StopReason reason, int graceSeconds, Cause cause) {
        return change(tx, id, container -> {
            Container.Stopping stopping = new Container.Stopping(reason, tx.now(), graceSeconds, null, cause);
            Duration lasts = Objects.requireNonNull(ContainerState.STOPPING.deadline());
            return switch (container.state()) {
                case PENDING, PULLING ->
                    container
                            .with(stopping, null)
                            .with(Container.Note.NONE)
                            .in(ContainerState.STOPPED, null)
                            .removed(tx.now(), false);
                case STARTING, RUNNING -> {
                    Instant deadline = tx.now().plusSeconds(graceSeconds).plus(lasts);
                    yield container.with(stopping, deadline).in(ContainerState.STOPPING, deadline);
                }
                case STOPPING, STOPPED, FAILED -> null;
            };
        });
    }

    /** It was asked to end, and is forced at {@code killAt}. */
    public boolean asked(FactTransaction tx, ContainerId id, Instant killAt) {
        return change(tx, id, container -> {
            Container.Stopping stopping = container.stopping();
            return container.state() == ContainerState.STOPPING && stopping != null && stopping.killAt() == null
                    ? container.with(
                            new Container.Stopping(
                                    stopping.reason(),
                                    stopping.intendedAt(),
                                    stopping.graceSeconds(),
                                    killAt,
                                    stopping.cause()),
                            container.deadlineAt())
                    : null;
        });
    }

    /** It was to end before it ran, and nothing of it is on the engine. */
    public boolean neverRan(FactTransaction tx, ContainerId id) {
        return change(
                tx,
                id,
                container -> container.state() == ContainerState.STOPPING
                                && container.life().startedAt() == null
                        ? container.in(ContainerState.STOPPED, null).removed(tx.now(), false)
                        : null);
    }

    /** Decides other limits for it. */
    public boolean want(FactTransaction tx, ContainerId id, Size size, Cause cause) {
        return change(
                tx,
                id,
                container -> container.state() == ContainerState.RUNNING
                                && !container.wanted().equals(size)
                        ? container.sized(container.size(), size, container.resizeRefused(), cause)
                        : null);
    }

    /** The engine applied other limits at {@code at}, by its host's clock; told unless it has ended. */
    public boolean resized(FactTransaction tx, ContainerId id, Size size, Instant at) {
        return change(tx, id, container -> {
            Instant startedAt = container.life().startedAt();
            if (container.state().over()
                    || startedAt == null
                    || container.size().equals(size)) {
                return null;
            }
            Container next = container
                    .sized(size, container.wanted(), container.resizeRefused(), container.sizeCause())
                    .next();
            Cause cause = next.sizeCause();
            tx.tell(
                    new ContainerResized(
                            id,
                            next.account(),
                            next.workload(),
                            size.cpuMillis(),
                            size.memoryMib(),
                            at.isBefore(startedAt) ? startedAt : at,
                            next.sequence()),
                    cause == null ? next.cause() : cause);
            return next;
        });
    }

    /** The engine refused other limits in place: it will be replaced. */
    public boolean resizeRefused(FactTransaction tx, ContainerId id, long generation, String message) {
        return change(
                tx,
                id,
                container -> container.state() == ContainerState.RUNNING
                        ? container
                                .sized(container.size(), container.size(), generation, container.sizeCause())
                                .with(new Container.Note("resize_refused", message, null))
                        : null);
    }

    /** Decides that it is to be frozen, or to go on. */
    public boolean freeze(FactTransaction tx, ContainerId id, boolean paused) {
        return change(
                tx,
                id,
                container -> container.state() == ContainerState.RUNNING
                                && container.frozen().wanted() != paused
                        ? container.with(new Container.Frozen(
                                paused,
                                container.frozen().is(),
                                container.frozen().changes()))
                        : null);
    }

    /** The engine froze it, or let it go on; told unless it has ended. */
    public boolean frozen(FactTransaction tx, ContainerId id, boolean paused, Cause cause) {
        return change(tx, id, container -> {
            if (container.state().over() || container.frozen().is() == paused) {
                return null;
            }
            Container.Frozen now = new Container.Frozen(
                    container.frozen().wanted(), paused, container.frozen().changes() + 1);
            tx.tell(
                    new ContainerPaused(id, container.account(), container.workload(), paused, tx.now(), now.changes()),
                    cause);
            return container.with(now);
        });
    }

    /** Says why it is as it is. */
    public boolean note(FactTransaction tx, ContainerId id, Container.Note note) {
        return change(tx, id, container -> container.note().equals(note) ? null : container.with(note));
    }

    /** Nothing of it is left on the engine. */
    public boolean removed(FactTransaction tx, ContainerId id, boolean logsKept) {
        return change(
                tx,
                id,
                container -> container.state().over() && container.removedAt() == null
                        ? container.removed(tx.now(), logsKept)
                        : null);
    }

    private boolean change(FactTransaction tx, ContainerId id, UnaryOperator<@Nullable Container> step) {
        Optional<Container> found = containers.lock(tx.dsl(), id);
        Container next = found.isEmpty() ? null : step.apply(found.get());
        if (next == null) {
            return false;
        }
        containers.update(tx.dsl(), next, tx.now());
        return true;
    }
}
