package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.Readiness;
import dev.berth.provisioner.rollout.Checked;
import dev.berth.provisioner.rollout.Health;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks containers how they are, and remembers what they said for as long as this process acts. One that was found running, and was not
 * asked by this process yet, counts as well until it is: it was so when another process saw it last, or will be asked at once.
 * Thread-safe, for different containers.
 */
final class Checks {
    private static final Duration ASK_FROZEN_AGAIN = Duration.ofSeconds(5);

    /** One container's checks, with when each is due. */
    private record Watched(
            @Nullable String address,
            Checked checked,
            @Nullable Instant liveDue,
            @Nullable Instant readyDue) {
        private static final Watched NEW = new Watched(null, Checked.NONE, null, null);

        @Nullable
        Instant next() {
            Instant live = liveDue;
            Instant ready = readyDue;
            return live == null ? ready : ready == null || live.isBefore(ready) ? live : ready;
        }
    }

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final ContainerRepository containers;
    private final Specs specs;
    private final HostClock clock;
    private final Probe probe;
    private final Readiness readiness;
    private final Map<ContainerId, Watched> watched = new ConcurrentHashMap<>();
    private final Set<ContainerId> unchecked = ConcurrentHashMap.newKeySet();

    Checks(Tenure tenure, ContainerEngine engine, Rooms rooms, HostClock clock, Probe probe) {
        this.tenure = tenure;
        this.engine = engine;
        this.containers = rooms.containers();
        this.specs = new Specs(rooms);
        this.clock = clock;
        this.probe = probe;
        this.readiness = rooms.readiness();
    }

    /** What these have said. */
    Map<ContainerId, Checked> said(List<Container> standing) {
        Map<ContainerId, Checked> said = new HashMap<>();
        for (Container container : standing) {
            Watched known = watched.get(container.id());
            if (known != null) {
                said.put(container.id(), known.checked());
            }
        }
        return said;
    }

    /** Whether one has to be asked that never was. */
    boolean isNew(Container container) {
        return container.state() == ContainerState.RUNNING
                && !watched.containsKey(container.id())
                && !unchecked.contains(container.id());
    }

    /** Forgets all but these. */
    void retain(Set<ContainerId> standing) {
        watched.keySet().retainAll(standing);
        unchecked.retainAll(standing);
        readiness.retain(standing);
    }

    /** Asks one what is due. */
    Outcome check(ContainerId id) {
        Outcome outcome = new Outcome();
        Optional<Container> found = tenure.read(dsl -> containers.find(dsl, id));
        if (found.isEmpty() || found.get().state() != ContainerState.RUNNING) {
            watched.remove(id);
            return outcome;
        }
        Container container = found.get();
        if (container.frozen().is() || container.frozen().wanted()) {
            return outcome.at(clock.instant().plus(ASK_FROZEN_AGAIN), new Subject.Check(id)); // it could not answer
        }
        Optional<WorkloadDesired> spec = tenure.read(dsl -> specs.of(dsl, container));
        HealthCheck live = spec.map(WorkloadDesired::healthCheck).orElse(null);
        HealthCheck ready = spec.map(WorkloadDesired::readinessCheck).orElse(null);
        Instant startedAt = container.life().startedAt();
        if ((live == null && ready == null) || startedAt == null) {
            watched.remove(id);
            unchecked.add(id);
            readiness.said(id, true);
            return outcome;
        }
        Watched before = watched.getOrDefault(id, Watched.NEW);
        String address = before.address() == null ? address(container) : before.address();
        Health liveSaid = ask(container, address, live, before.checked().live(), before.liveDue());
        Health readySaid = ask(container, address, ready, before.checked().ready(), before.readyDue());
        Instant now = clock.instant();
        Watched after = new Watched(
                address,
                new Checked(liveSaid, readySaid),
                due(live, liveSaid, before.checked().live(), before.liveDue(), now),
                due(ready, readySaid, before.checked().ready(), before.readyDue(), now));
        watched.put(id, after);
        readiness.said(id, after.checked().canWork());
        if (!sameStatus(before.checked(), after.checked())) {
            outcome.then(new Subject.Workload(container.workload()));
        }
        return outcome.at(after.next(), new Subject.Check(id));
    }

    private @Nullable Health ask(
            Container container,
            @Nullable String address,
            @Nullable HealthCheck check,
            @Nullable Health before,
            @Nullable Instant due) {
        Instant startedAt = container.life().startedAt();
        if (check == null || startedAt == null) {
            return null;
        }
        Health known = before == null ? Health.UNKNOWN : before;
        if (due != null && clock.instant().isBefore(due)) {
            return known;
        }
        try {
            String failure = probe.ask(container.engineName(), address, check).orElse(null);
            return known.next(check, startedAt, failure, clock.instant());
        } catch (EngineException e) {
            return known; // the engine's fault says nothing of the container
        }
    }

    private static @Nullable Instant due(
            @Nullable HealthCheck check,
            @Nullable Health said,
            @Nullable Health before,
            @Nullable Instant due,
            Instant now) {
        if (check == null || said == null) {
            return null;
        }
        return due != null && now.isBefore(due) && said.equals(before) ? due : said.due(check, now);
    }

    private @Nullable String address(Container container) {
        try {
            return engine.inspect(container.engineName())
                    .filter(seen -> seen.is(container.id()))
                    .map(Seen::address)
                    .orElse(null);
        } catch (EngineException e) {
            return null;
        }
    }

    private static boolean sameStatus(Checked before, Checked after) {
        return status(before.live()) == status(after.live()) && status(before.ready()) == status(after.ready());
    }

    private static Health.@Nullable Status status(@Nullable Health health) {
        return health == null ? null : health.status();
    }
}
