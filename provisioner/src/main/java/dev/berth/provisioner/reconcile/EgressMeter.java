package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.egress.EgressCounters;
import dev.berth.provisioner.egress.EgressRepository;
import dev.berth.provisioner.egress.Meter;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineNetwork;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.FactTransaction;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives metered containers their addresses, reads the counters of these, and tells what they say.
 *
 * <p>The counters speak of addresses, and an engine gives the address of a container that ended to the next one at once, before anybody
 * has looked. So addresses are ours: one is given again only after the last reading of the container that had it, and its counter begins at
 * zero before the next one is started. What was counted, what is told of it, and the event are one transaction. Thread-safe.
 */
final class EgressMeter {
    private final Tenure tenure;
    private final ContainerEngine engine;
    private final EgressRepository meters;
    private final EgressCounters counters;
    private final ContainerRepository containers;
    private final HostClock clock;
    private final Duration interval;
    private final ReentrantLock giving = new ReentrantLock();
    private volatile @Nullable Instant readAt;
    private volatile @Nullable String elsewhere;

    EgressMeter(Tenure tenure, ContainerEngine engine, Rooms rooms, HostClock clock, Duration interval) {
        this.tenure = tenure;
        this.engine = engine;
        this.meters = rooms.egress();
        this.counters = rooms.counters();
        this.containers = rooms.containers();
        this.clock = clock;
        this.interval = interval;
    }

    /** Which addresses a container has. */
    sealed interface Given {
        /** By network; none where nothing is counted, and the engine chooses. */
        record Addresses(SortedMap<String, String> byNetwork) implements Given {}

        /** Not now: try again. */
        record Wait(String why) implements Given {}
    }

    /**
     * Gives a container its addresses, before it is made; the same when asked again. It may be made then, and is not started before
     * {@link #zero} has answered.
     */
    Given give(Container container, Collection<String> networks) {
        if (!counters.ready()) {
            return new Given.Addresses(new TreeMap<>());
        }
        SortedMap<String, String> known = tenure.read(dsl -> meters.addresses(dsl, container.id()));
        if (!known.isEmpty()) {
            return new Given.Addresses(known);
        }
        SortedMap<String, EgressRepository.Place> places = new TreeMap<>();
        for (String network : networks) {
            Optional<EgressRepository.Place> place = engine.network(network).flatMap(EgressMeter::placeOf);
            if (place.isEmpty()) {
                return new Given.Wait("its network is not there");
            }
            if (!counters.passes(place.get().subnet())) {
                elsewhere = "what containers send out of the address pool is not counted, and so not billed:"
                        + " the engine's bridges are in another network namespace than the provisioner";
                return new Given.Addresses(new TreeMap<>());
            }
            places.put(network, place.get());
        }
        elsewhere = null;
        giving.lock(); // a sweep that does not know of these addresses yet is through before they are given
        try {
            return tenure.write(tx -> meters.take(tx.dsl(), container.id(), container.host(), places))
                    .<Given>map(Given.Addresses::new)
                    .orElseGet(() -> new Given.Wait("its network has no free address until those that ended are read"));
        } finally {
            giving.unlock();
        }
    }

    /**
     * Has the counters of a container that was not started yet begin at zero, and answers whether they do; true where nothing is counted.
     * Usually they do: the sweep after the last reading of who had the addresses before took theirs away.
     */
    boolean zero(Container container) {
        if (!counters.ready()) {
            return true;
        }
        Collection<String> addresses =
                tenure.read(dsl -> meters.addresses(dsl, container.id())).values();
        return addresses.isEmpty()
                || counters.read().filter(counted -> isZero(counted, addresses)).isPresent()
                || counters.reset(addresses);
    }

    private static boolean isZero(EgressCounters.Counted counted, Collection<String> addresses) {
        return addresses.stream().allMatch(address -> counted.bytes().getOrDefault(address, 0L) == 0);
    }

    private static Optional<EgressRepository.Place> placeOf(EngineNetwork network) {
        return network.subnets().stream()
                .flatMap(subnet -> Cidr.ofEngine(subnet).stream())
                .findFirst()
                .map(subnet -> new EgressRepository.Place(subnet, Set.copyOf(network.addresses())));
    }

    /** What the operator should know. */
    Optional<String> finding() {
        counters.ready();
        return counters.finding().or(() -> Optional.ofNullable(elsewhere));
    }

    /**
     * Reads the counters of a host, of the running containers once an interval and of each that ended once more, and tells what is new. To be
     * called after a look and before its inventory, so that no reading is later than what the inventory says is complete.
     *
     * @param standing the rows that count, as the look left them
     */
    void measure(String host, Collection<Container> standing) {
        List<Meter> open = tenure.read(dsl -> meters.open(dsl, host));
        Map<ContainerId, Container> rows = rowsOf(open, standing);
        Instant last = readAt;
        boolean due = last == null || !clock.instant().isBefore(last.plus(interval));
        List<Meter> asked = open.stream()
                .filter(meter -> due || hasEnded(rows.get(meter.container())))
                .toList();
        List<ContainerId> abandoned = due ? tenure.read(dsl -> meters.abandoned(dsl, host)) : List.of();
        if (!asked.isEmpty() || !abandoned.isEmpty()) {
            // Without an answer those that ended are ended all the same: their addresses are needed.
            Optional<EgressCounters.Counted> counted = counters.ready() ? counters.read() : Optional.empty();
            tenure.write(tx -> {
                settle(tx, asked, rows, counted);
                meters.end(tx.dsl(), abandoned);
                return true;
            });
            counted.ifPresent(all -> sweep(host, all));
        }
        if (due) {
            readAt = clock.instant();
        }
    }

    private Map<ContainerId, Container> rowsOf(List<Meter> open, Collection<Container> standing) {
        Map<ContainerId, Container> rows = new HashMap<>();
        standing.forEach(row -> rows.put(row.id(), row));
        List<ContainerId> others = open.stream()
                .map(Meter::container)
                .filter(container -> !rows.containsKey(container))
                .toList();
        if (!others.isEmpty()) {
            tenure.read(dsl -> containers.findAll(dsl, others)).forEach(row -> rows.put(row.id(), row));
        }
        return rows;
    }

    private void settle(
            FactTransaction tx,
            List<Meter> asked,
            Map<ContainerId, Container> rows,
            Optional<EgressCounters.Counted> counted) {
        List<Meter> changed = new ArrayList<>();
        List<ContainerId> ended = new ArrayList<>();
        for (Meter before : asked) {
            Container row = rows.get(before.container());
            Meter now = before;
            // What stands there before it starts is not its own: it is at zero only then.
            if (row != null && row.life().startedAt() != null) {
                now = counted.map(before::read).orElse(before);
                Optional<Instant> at = hasEnded(row)
                        ? now.ended(row.life().startedAt(), row.life().finishedAt(), tx.now())
                        : now.running(row.life().startedAt(), tx.now());
                if (at.isPresent()) {
                    now = now.told(at.get());
                    tx.tell(
                            new EgressMeasured(row.id(), row.account(), row.workload(), now.egressBytes(), at.get()),
                            row.cause());
                }
            }
            if (!now.equals(before)) {
                changed.add(now);
            }
            if (hasEnded(row)) {
                ended.add(before.container());
            }
        }
        meters.write(tx.dsl(), changed);
        meters.end(tx.dsl(), ended);
    }

    /** Whether it sends nothing any more; one that somebody started again does until it is removed. */
    private static boolean hasEnded(@Nullable Container row) {
        return row == null
                || (row.state().over() && (row.removedAt() != null || row.life().finishedAt() != null));
    }

    /** Removes counters of addresses that nobody has. */
    private void sweep(String host, EgressCounters.Counted counted) {
        giving.lock();
        try {
            Set<String> stale = new HashSet<>(counted.bytes().keySet());
            stale.removeAll(tenure.read(dsl -> meters.held(dsl, host)));
            counters.reset(stale);
        } finally {
            giving.unlock();
        }
    }
}
