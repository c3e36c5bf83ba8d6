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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /**
     * What a look found.
     *
     * @param alive containers that ran, by their rows and the engine
     * @param complete whether every container could be looked at; otherwise no inventory may be made of it
     * @param unknown containers with our label and no row, or more of them than are named
     */
    record Found(Outcome outcome, List<Container> rows, List<Alive> alive, boolean complete, List<String> unknown) {}

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final ContainerRepository containers;
    private final ContainerDriver driver;
    private final HostClock clock;
    private final Map<ContainerId, Instant> inspectedAt = new ConcurrentHashMap<>();

    Look(Tenure tenure, ContainerEngine engine, Rooms rooms, ContainerDriver driver, HostClock clock) {
        this.tenure = tenure;
        this.engine = engine;
        this.containers = rooms.containers();
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
        List<Container> rows = tenure.read(dsl -> containers.onEngine(dsl, host));
        Map<ContainerId, Listed> byId = new HashMap<>();
        for (Listed one : listed) {
            if (one.container() != null) {
                byId.put(one.container(), one);
            }
        }
        Outcome outcome = new Outcome();
        List<Alive> alive = new ArrayList<>();
        boolean complete = true;
        Set<ContainerId> known = new HashSet<>();
        for (Container row : rows) {
            known.add(row.id());
            try {
                lookAt(row, byId.get(row.id()), outcome).ifPresent(alive::add);
            } catch (EngineException.Away e) {
                throw e;
            } catch (EngineException e) {
                complete = false;
            }
        }
        inspectedAt.keySet().retainAll(known);
        return new Found(outcome, rows, alive, complete, unknown(listed, known));
    }

    private Optional<Alive> lookAt(Container row, @Nullable Listed listed, Outcome outcome) {
        Instant startedAt = row.life().startedAt();
        if (row.state().over()
                || (listed == null && startedAt == null)
                || row.state() == ContainerState.PENDING
                || row.state() == ContainerState.PULLING) {
            return Optional.empty();
        }
        if (startedAt != null && listed != null && trusted(row, listed)) {
            return Optional.of(new Alive(row.id(), startedAt));
        }
        Seen seen = engine.inspect(row.engineName()).orElse(null);
        inspectedAt.put(row.id(), clock.instant());
        Observation observation = driver.observe(row, seen);
        if (!(observation instanceof Observation.Nothing)) {
            outcome.then(new Subject.Run(row.id())).then(new Subject.Workload(row.workload()));
        }
        if (seen == null || !seen.running() || seen.startedAt() == null) {
            return Optional.empty();
        }
        boolean sameRun = startedAt == null || startedAt.equals(seen.startedAt());
        return sameRun ? Optional.of(new Alive(row.id(), seen.startedAt())) : Optional.empty();
    }

    private boolean trusted(Container row, Listed listed) {
        Instant last = inspectedAt.get(row.id());
        return listed.running()
                && listed.engineId().equals(row.life().engineId())
                && last != null
                && Duration.between(last, clock.instant()).compareTo(TRUSTED) < 0;
    }

    private List<String> unknown(List<Listed> listed, Set<ContainerId> onEngine) {
        List<String> unknown = new ArrayList<>();
        for (Listed one : listed) {
            ContainerId id = one.container();
            if ((id == null || !onEngine.contains(id))
                    && (id == null
                            || tenure.read(dsl -> containers.find(dsl, id))
                                    .map(row -> row.removedAt() == null)
                                    .orElse(true))
                    && unknown.size() < 10) {
                unknown.add(one.name());
            }
        }
        return unknown;
    }
}
