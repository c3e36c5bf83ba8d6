package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Listed;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.Observation;
import dev.berth.schema.container.Alive;
import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares everything on a host's engine with the rows, and writes down what is new.
 *
 * <p>The order is what makes an inventory true. First the list, then the rows: a row is written before its container is made,
 * so a listed container without a row is nobody's. A running container whose row already says so is taken at the list's
 * word, and inspected once a minute; every other one is inspected, which waits for the engine's lock on it and so cannot miss
 * a start that has its time already. Only inspecting decides that one is gone.
 */
final class Look {
    private static final Duration TRUSTED = Duration.ofSeconds(60);

    /** How long one that did not answer is not asked again. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(30);

    /** How many may fail to answer in one look; each costs a time-out. */
    private static final int MOST_HANGING = 2;

    private static final int MOST_NAMED = 10;

    /**
     * What a look found.
     *
     * @param alive containers that ran, by their rows and the engine
     * @param before an inventory of this look may speak of no later time, since of a container that may have started then nothing is
     *     known; null when there is none
     * @param complete whether enough is known of all the others; otherwise no inventory may be made of it
     * @param silent containers for which the engine does not answer, or some of them
     * @param unknown containers with our label and no row, or more of them than are named
     */
    record Found(
            Outcome outcome,
            List<Container> rows,
            List<Alive> alive,
            @Nullable Instant before,
            boolean complete,
            List<String> silent,
            List<String> unknown) {}

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final ContainerRepository containers;
    private final StandingRows standing;
    private final ContainerDriver driver;
    private final HostClock clock;
    private final Map<ContainerId, Instant> inspectedAt = new ConcurrentHashMap<>();
    private final Map<ContainerId, Instant> silentSince = new ConcurrentHashMap<>();

    Look(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            StandingRows standing,
            ContainerDriver driver,
            HostClock clock) {
        this.tenure = tenure;
        this.engine = engine;
        this.containers = rooms.containers();
        this.standing = standing;
        this.driver = driver;
        this.clock = clock;
    }

    /**
     * Looks at a host.
     *
     * @throws EngineException.Away if the engine does not answer
     */
    Found take(String host) {
        List<Listed> listed = engine.list();
        List<Container> rows = standing.onEngine(host);
        Map<ContainerId, Listed> byId = new HashMap<>();
        for (Listed one : listed) {
            ContainerId id = one.container();
            if (id != null && one.name().equals(ContainerEngine.nameOf(id))) {
                byId.put(id, one);
            }
        }
        Survey survey = new Survey();
        for (Container row : rows) {
            lookAt(row, byId.get(row.id()), survey);
        }
        Set<ContainerId> known = rows.stream().map(Container::id).collect(Collectors.toSet());
        inspectedAt.keySet().retainAll(known);
        silentSince.keySet().retainAll(known);
        return new Found(
                survey.outcome,
                rows,
                survey.alive,
                survey.before,
                survey.complete,
                silentSince.keySet().stream()
                        .map(ContainerId::toString)
                        .sorted()
                        .limit(MOST_NAMED)
                        .toList(),
                strangers(listed, known));
    }

    /** What one look gathers. */
    private static final class Survey {
        private final Outcome outcome = new Outcome();
        private final List<Alive> alive = new ArrayList<>();
        private @Nullable Instant before;
        private boolean complete = true;
        private int hanging;

        void notAfter(Instant bound) {
            before = before == null || bound.isBefore(before) ? bound : before;
        }
    }

    private void lookAt(Container row, @Nullable Listed listed, Survey survey) {
        Instant startedAt = row.life().startedAt();
        if (row.state().over()
                || (listed == null && startedAt == null)
                || row.state() == ContainerState.PENDING
                || row.state() == ContainerState.PULLING) {
            return;
        }
        if (startedAt != null && listed != null && trusted(row, listed)) {
            survey.alive.add(new Alive(row.id(), startedAt));
            return;
        }
        if (!mayAsk(row, survey)) {
            unheard(row, listed, survey);
            return;
        }
        Seen seen;
        try {
            seen = driver.inspect(row).orElse(null);
        } catch (EngineException e) {
            if (e instanceof EngineException.Away) {
                survey.hanging++;
                silentSince.put(row.id(), clock.instant());
            }
            unheard(row, listed, survey);
            return;
        }
        inspectedAt.put(row.id(), clock.instant());
        silentSince.remove(row.id());
        heard(row, seen, survey);
    }

    /** The list was answered, so the engine is there: what hangs is this container, and must not keep the others waiting. */
    private boolean mayAsk(Container row, Survey survey) {
        Instant silent = silentSince.get(row.id());
        return survey.hanging < MOST_HANGING
                && (silent == null || !clock.instant().isBefore(silent.plus(LEFT_ALONE)));
    }

    /** What may be said of one that the engine tells nothing of but what its list said. */
    private static void unheard(Container row, @Nullable Listed listed, Survey survey) {
        Instant startedAt = row.life().startedAt();
        if (startedAt == null) {
            survey.notAfter(row.startableSince());
        } else if (listed != null && listed.running()) {
            survey.alive.add(new Alive(row.id(), startedAt));
        } else {
            survey.complete = false;
        }
    }

    private void heard(Container row, @Nullable Seen seen, Survey survey) {
        Observation observation = driver.observe(row, seen);
        if (!(observation instanceof Observation.Nothing)) {
            survey.outcome.then(new Subject.Run(row.id())).then(new Subject.Workload(row.workload()));
        }
        if (seen == null || !seen.running() || seen.startedAt() == null) {
            return;
        }
        if (ContainerDriver.differs(row, seen) || driver.astray(row, seen)) {
            survey.outcome.then(new Subject.Run(row.id()));
        }
        Instant startedAt = row.life().startedAt();
        if (startedAt == null || startedAt.equals(seen.startedAt())) {
            survey.alive.add(new Alive(row.id(), seen.startedAt()));
        }
    }

    private boolean trusted(Container row, Listed listed) {
        Instant last = inspectedAt.get(row.id());
        return listed.running()
                && listed.engineId().equals(row.life().engineId())
                && last != null
                && Duration.between(last, clock.instant()).compareTo(TRUSTED) < 0;
    }

    /** Removes what came after we had given it up, and names what is nobody's. */
    private List<String> strangers(List<Listed> listed, Set<ContainerId> onEngine) {
        List<String> unknown = new ArrayList<>();
        for (Listed one : listed) {
            ContainerId id = one.container();
            if (id != null && onEngine.contains(id)) {
                continue;
            }
            Optional<Container> row = id == null ? Optional.empty() : tenure.read(dsl -> containers.find(dsl, id));
            if (row.isPresent()
                    && row.get().removedAt() != null
                    && one.name().equals(row.get().engineName())) {
                driver.removeLate(row.get(), one);
            } else if (unknown.size() < MOST_NAMED) {
                unknown.add(one.name());
            }
        }
        return unknown;
    }
}
