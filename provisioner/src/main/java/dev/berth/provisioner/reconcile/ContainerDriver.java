package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.content.ContentStore;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Listed;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.Evidence;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.lifecycle.Observation;
import dev.berth.provisioner.volume.VolumeRepository;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a container through its states by calling the engine. Each activation begins from the row and what the engine shows, so
 * it goes on wherever an earlier one broke off. One activation a container at a time. Thread-safe.
 */
final class ContainerDriver {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerDriver.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int MOST_STEPS = 8;

    private static final Duration FREEZE_AGAIN = Duration.ofSeconds(30);

    /** The code of a note on a container that the engine does not freeze, or let go on. */
    private static final String PAUSE_FAILED = "pause_failed";

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final ContainerRepository containers;
    private final Lifecycle lifecycle;
    private final ContentStore content;
    private final VolumeRepository volumes;
    private final ImageFetcher fetcher;
    private final Launcher launcher;
    private final Specs specs;
    private final LogKeeper logs;
    private final HostClock clock;
    private final Witness witness;
    private final Duration engineRetention;

    ContainerDriver(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            ImageFetcher fetcher,
            Launcher launcher,
            HostClock clock,
            Witness witness,
            ReconcileSettings settings) {
        this.tenure = tenure;
        this.engine = engine;
        this.containers = rooms.containers();
        this.lifecycle = rooms.lifecycle();
        this.content = rooms.content();
        this.volumes = rooms.volumes();
        this.fetcher = fetcher;
        this.launcher = launcher;
        this.specs = new Specs(rooms);
        this.logs = new LogKeeper(tenure, engine, rooms, clock, settings.logs());
        this.clock = clock;
        this.witness = witness;
        this.engineRetention = settings.engineRetention();
    }

    /** Does what the container's state asks for, and goes on while its state changes. */
    Outcome drive(ContainerId id) {
        Outcome outcome = new Outcome();
        ContainerState last = null;
        Launcher.@Nullable Ready ready = null;
        for (int i = 0; i < MOST_STEPS; i++) {
            Optional<Container> found = tenure.read(dsl -> containers.find(dsl, id));
            if (found.isEmpty() || !witness.sees(found.get())) {
                return outcome;
            }
            Container container = found.get();
            if (container.state() == last && i > 0) {
                return outcome;
            }
            if (last != null) {
                outcome.then(new Subject.Workload(container.workload()));
                if (container.state() == ContainerState.RUNNING) {
                    outcome.then(new Subject.Check(container.id()));
                }
            }
            last = container.state();
            ready = step(container, ready, outcome);
            if (container.state().over()) {
                return outcome;
            }
        }
        return outcome;
    }

    /** Answers what the next step need not ask again; null where there is nothing. */
    private Launcher.@Nullable Ready step(Container container, Launcher.@Nullable Ready ready, Outcome outcome) {
        switch (container.state()) {
            case PENDING, PULLING -> {
                return prepare(container, outcome);
            }
            case STARTING -> launcher.launch(container, ready, outcome);
            case RUNNING -> run(container, outcome);
            case STOPPING -> stop(container, outcome);
            case STOPPED, FAILED -> clear(container, outcome);
        }
        return null;
    }

    private Launcher.@Nullable Ready prepare(Container container, Outcome outcome) {
        Optional<WorkloadDesired> spec = tenure.read(dsl -> specs.of(dsl, container));
        if (spec.isEmpty()) {
            outcome.then(new Subject.Workload(container.workload()));
            return null;
        }
        Launcher.Ahead ahead = launcher.lookAhead(container, spec.get());
        return fetcher.prepare(container, spec.get(), outcome)
                .map(image -> new Launcher.Ready(spec.get(), image, ahead))
                .orElse(null);
    }

    /** A container as the engine shows it. Something else that has its name is none of ours to touch, and ours is not there. */
    Optional<Seen> inspect(Container container) {
        return engine.inspect(container.engineName()).filter(seen -> seen.is(container.id()));
    }

    /** Whether it runs within other limits than those that are billed, or frozen or not, although no change is wished. */
    static boolean differs(Container container, Seen seen) {
        return container.state() == ContainerState.RUNNING
                && container.wanted().equals(container.size())
                && seen.running()
                && ((seen.limits() != null && !seen.limits().equals(container.size()))
                        || seen.paused() != container.frozen().is());
    }

    /** Removes one that the engine made, or brought back, after its row had said that nothing is left. The next look goes on. */
    void removeLate(Container container, Listed listed) {
        LOG.atInfo().addKeyValue("container", container.id()).log("A container that was given up is removed");
        try {
            if (listed.running()) {
                if (inspect(container).map(Seen::paused).orElse(false)) {
                    thaw(container);
                }
                engine.kill(listed.name());
            } else {
                engine.remove(listed.name());
            }
        } catch (EngineException e) {
            LOG.atInfo().addKeyValue("container", container.id()).log("It could not be removed: {}", e.getMessage());
        }
    }

    /** Looks, and writes down what is new. */
    Observation observe(Container container, @Nullable Seen seen) {
        Evidence evidence = witness.of(container.id());
        Observation expected = Observation.of(container, seen, evidence);
        if (expected instanceof Observation.Nothing) {
            return expected;
        }
        return tenure.write(tx -> lifecycle.observe(tx, container.id(), seen, evidence));
    }

    /** Looks at one and writes down what is new. */
    Observation look(Container container) {
        return observe(container, inspect(container).orElse(null));
    }

    private void run(Container container, Outcome outcome) {
        if (container.frozen().wanted() != container.frozen().is() && freeze(container, outcome)) {
            return;
        }
        Seen seen = inspect(container).orElse(null);
        if (seen != null && seen.paused() && container.frozen().is()) {
            return; // an engine changes no limits of what is frozen
        }
        if (!container.wanted().equals(container.size())) {
            resize(container);
            return;
        }
        observe(container, seen);
        if (seen != null && seen.limits() != null && !seen.limits().equals(container.size()) && seen.running()) {
            LOG.atWarn()
                    .addKeyValue("container", container.id())
                    .log("A container ran within {}, and is put back to {}", seen.limits(), container.size());
            engine.update(container.engineName(), container.size());
        }
        if (seen != null
                && seen.running()
                && seen.paused() != container.frozen().is()) {
            setFrozen(container, container.frozen().is()); // somebody else changed it behind our back
        }
        if (seen != null && astray(container, seen)) {
            launcher.links().rejoin(container, seen, outcome);
        }
    }

    /** Forgets all but these. */
    void retain(Set<ContainerId> standing) {
        launcher.links().retain(standing);
    }

    /** Whether it runs and is in fewer networks than it should be. */
    boolean astray(Container container, Seen seen) {
        return launcher.links().astray(container, seen);
    }

    /** What is frozen hears no signal; a host that cannot let it go on may still be able to kill it. */
    private void thaw(Container container) {
        try {
            engine.unpause(container.engineName());
        } catch (EngineException.Missing | EngineException.Conflict e) {
            LOG.debug("a container to let go on has ended", e);
        } catch (EngineException.Refused | EngineException.Failed e) {
            LOG.atWarn()
                    .addKeyValue("container", container.id())
                    .log("A frozen container is ended though the host does not let it go on: {}", e.getMessage());
        }
    }

    /**
     * Freezes one as it is, or lets it go on; told by what the engine shows after that. Answers false where the engine refuses: that is
     * said, and asked again later.
     */
    private boolean freeze(Container container, Outcome outcome) {
        boolean wanted = container.frozen().wanted();
        try {
            setFrozen(container, wanted);
        } catch (EngineException.Missing | EngineException.Conflict e) {
            LOG.debug("a container to freeze has ended", e);
        } catch (EngineException.Refused | EngineException.Failed e) {
            String why =
                    "the host does not %s it: %s".formatted(wanted ? "freeze" : "unfreeze", LaunchFailures.brief(e));
            tenure.write(tx -> lifecycle.note(tx, container.id(), new Container.Note(PAUSE_FAILED, why, null)));
            outcome.at(clock.instant().plus(FREEZE_AGAIN), new Subject.Run(container.id()));
            return false;
        }
        Seen seen = inspect(container).orElse(null);
        observe(container, seen);
        if (seen != null && seen.running() && seen.paused() == wanted) {
            tenure.write(tx -> {
                if (PAUSE_FAILED.equals(container.note().code())) {
                    lifecycle.note(tx, container.id(), Container.Note.NONE);
                }
                return lifecycle.frozen(tx, container.id(), wanted, launcher.causeOf(tx, container));
            });
        }
        return true;
    }

    private void setFrozen(Container container, boolean paused) {
        if (paused) {
            engine.pause(container.engineName());
        } else {
            engine.unpause(container.engineName());
        }
    }

    /**
     * Changes limits in place. The change counts from its answer: a stamp is open from there to the commit, so that no inventory speaks
     * of a later time before the change is told; were it open during the call, one that hangs would hold up all inventories.
     */
    private void resize(Container container) {
        if (inspect(container).isEmpty()) {
            observe(container, null);
            return;
        }
        String refusal = null;
        try {
            engine.update(container.engineName(), container.wanted());
        } catch (EngineException.Missing e) {
            LOG.debug("a container to resize is gone", e);
        } catch (EngineException.Refused | EngineException.Failed | EngineException.Conflict e) {
            refusal = String.valueOf(e.getMessage());
        }
        try (HostClock.Stamp stamp = clock.stamp()) {
            Seen seen = inspect(container).orElse(null);
            if (seen == null || !seen.running()) {
                observe(container, seen);
            } else if (seen.limits() == null ? refusal == null : seen.limits().equals(container.wanted())) {
                tenure.write(tx -> lifecycle.resized(tx, container.id(), container.wanted(), stamp.time()));
            } else {
                String message = "the host could not change the size in place, so it is replaced: "
                        + (refusal == null ? "it still has " + seen.limits() : refusal);
                LOG.atInfo()
                        .addKeyValue("container", container.id())
                        .log("A size could not be changed in place: {}", message);
                tenure.write(tx ->
                        lifecycle.resizeRefused(tx, container.id(), launcher.generationOf(tx, container), message));
            }
        }
    }

    private void stop(Container container, Outcome outcome) {
        Subject.Run again = new Subject.Run(container.id());
        Instant now = clock.instant();
        Optional<Seen> found = inspect(container);
        if (found.isEmpty()) {
            if (container.life().startedAt() == null) {
                tenure.write(tx -> lifecycle.neverRan(tx, container.id()));
            } else {
                observe(container, null);
            }
            return;
        }
        Seen seen = found.get();
        if (seen.neverStarted()) {
            try {
                engine.remove(container.engineName());
                tenure.write(tx -> lifecycle.neverRan(tx, container.id()));
            } catch (EngineException.Conflict e) {
                outcome.at(now.plus(AGAIN), again);
            }
            return;
        }
        observe(container, seen);
        if (!seen.running()) {
            return;
        }
        if (seen.paused()) {
            thaw(container);
        }
        Container.Stopping stopping = container.stopping();
        Instant killAt = stopping == null ? now : stopping.killAt();
        if (killAt == null) {
            engine.stop(container.engineName(), seen.stopSignal());
            Instant forced = clock.instant().plusSeconds(stopping == null ? 0 : stopping.graceSeconds());
            tenure.write(tx -> lifecycle.asked(tx, container.id(), forced));
            outcome.at(forced, again);
        } else if (now.isBefore(killAt)) {
            outcome.at(killAt, again);
        } else {
            engine.kill(container.engineName());
            if (container.overdue(now)) {
                stuck(container);
            }
            outcome.at(now.plus(AGAIN), again);
        }
    }

    private void stuck(Container container) {
        Container.Note note =
                new Container.Note("deadline_exceeded", "the host cannot end it; it is tried again and again", null);
        if (tenure.write(tx -> lifecycle.note(tx, container.id(), note))) {
            LOG.atWarn()
                    .addKeyValue("container", container.id())
                    .addKeyValue("host", container.host())
                    .log("A container does not end although it was killed");
        }
    }

    /** Removes what is left of an ended container, after its output is kept. */
    private void clear(Container container, Outcome outcome) {
        if (container.removedAt() != null) {
            return;
        }
        String name = container.engineName();
        Optional<Seen> seen = inspect(container);
        boolean kept = container.logsKept();
        if (seen.isPresent()) {
            if (seen.get().running()) {
                if (seen.get().paused()) {
                    thaw(container);
                }
                engine.kill(name);
                outcome.at(clock.instant().plus(AGAIN), new Subject.Run(container.id()));
                return;
            }
            if (seen.get().startedAt() != null && !kept) {
                logs.keep(container);
                kept = true;
            }
            Instant finishedAt = seen.get().finishedAt();
            if (finishedAt != null && clock.instant().isBefore(finishedAt.plus(engineRetention))) {
                outcome.at(finishedAt.plus(engineRetention), new Subject.Run(container.id()));
                return;
            }
            engine.remove(name);
        }
        content.remove(container.id());
        boolean logsKept = kept;
        tenure.write(tx -> {
            volumes.release(tx.dsl(), container.id());
            return lifecycle.removed(tx, container.id(), logsKept);
        });
        witness.signalled().forget(container.id());
        outcome.then(new Subject.Workload(container.workload()));
    }
}
