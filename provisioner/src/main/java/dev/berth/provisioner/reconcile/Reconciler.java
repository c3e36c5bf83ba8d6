package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.placement.HostRepository;
import dev.berth.provisioner.rollout.Plan;
import dev.berth.provisioner.rollout.Situation;
import dev.berth.provisioner.tenant.AddressPool;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jooq.Record2;
import org.jspecify.annotations.Nullable;

/**
 * Observe, plan, act: what one activation of a subject does. Takes no input but what is written in the database and what the
 * engine shows, and may be broken off anywhere. {@link ReconcileLoop} decides when and how many at once. Thread-safe, for
 * different subjects.
 */
final class Reconciler {
    private final Tenure tenure;
    private final WishRepository wishes;
    private final TenantRepository tenants;
    private final ContainerRepository containers;
    private final EngineHost host;
    private final HostRepository hosts;
    private final Planner planner;
    private final ContainerDriver driver;
    private final Launcher launcher;
    private final TenantDriver tenantDriver;
    private final Look look;
    private final Inventories inventories;
    private final DiskWatch diskWatch;
    private final ImageSweep imageSweep;
    private final AddressPool pool;
    private final HostClock clock;
    private final Map<WorkloadId, Wish> known = new ConcurrentHashMap<>();

    Reconciler(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            HostClock clock,
            EngineHost host,
            ReconcileSettings settings,
            Signalled signalled) {
        this.tenure = tenure;
        this.wishes = rooms.wishes();
        this.tenants = rooms.tenants();
        this.containers = rooms.containers();
        this.host = host;
        this.hosts = rooms.hosts();
        this.pool = settings.pool();
        this.clock = clock;
        this.planner = new Planner(tenure, rooms, host, clock, settings.placement(), settings.rollout());
        this.launcher = new Launcher(tenure, engine, rooms, clock, settings);
        this.driver = new ContainerDriver(
                tenure,
                engine,
                rooms,
                launcher,
                new LogKeeper(tenure, engine, rooms, clock),
                clock,
                signalled,
                settings.engineRetention());
        this.tenantDriver = new TenantDriver(tenure, engine, rooms, host, clock, settings.pool(), settings.poolStart());
        this.look = new Look(tenure, engine, rooms, driver, clock);
        this.diskWatch = new DiskWatch(tenure, engine, rooms, clock, settings.writableRootMib());
        this.imageSweep =
                new ImageSweep(tenure, engine, rooms, clock, settings.images().imageDiskMib());
        this.inventories = new Inventories(tenure, rooms, clock, settings.inventoryInterval());
    }

    /** One activation; failures of the engine and the database are thrown, and the next activation goes on. */
    Outcome activate(Subject subject) {
        return switch (subject) {
            case Subject.Workload workload -> planner.plan(workload.id());
            case Subject.Run run -> driver.drive(run.id());
            case Subject.Pull pull ->
                tenure.read(dsl -> containers.find(dsl, pull.id()))
                        .map(launcher::pull)
                        .orElseGet(Outcome::new);
            case Subject.Account account -> tenantDriver.drive(account.id());
            case Subject.Disk disk -> {
                imageSweep.sweep();
                yield diskWatch.look();
            }
            case Subject.Everything everything -> everything();
        };
    }

    private Outcome everything() {
        Outcome outcome = new Outcome();
        try {
            observe(outcome);
        } catch (EngineException e) {
            host.lost(e);
            noteAway();
            throw e;
        }
        planAll(outcome);
        outcome.then(new Subject.Disk());
        for (AccountId account : tenure.read(tenants::inMotion)) {
            outcome.then(new Subject.Account(account));
        }
        return outcome;
    }

    private void observe(Outcome outcome) {
        boolean inventory = inventories.due();
        EngineHost.Known seen = host.known().orElse(null);
        Instant observedAt = null;
        if (inventory || seen == null || !host.reachable()) {
            seen = host.refresh();
            observedAt = inventories.observedAt(seen.info().hostTime());
        }
        Look.Found found = look.take(seen.name());
        if (observedAt != null) {
            seen = host.record(tenure, seen, findings(found));
            if (inventory && found.complete()) {
                inventories.write(seen.name(), observedAt, found.alive());
            }
        }
        outcome.thenAll(found.outcome().next());
        for (Container row : found.rows()) {
            if (needsDriving(row)) {
                outcome.then(new Subject.Run(row.id()));
            }
        }
    }

    private static boolean needsDriving(Container row) {
        return row.state() != ContainerState.RUNNING || !row.wanted().equals(row.size());
    }

    private List<String> findings(Look.Found found) {
        List<String> findings = new ArrayList<>(tenure.read(dsl -> tenants.findings(dsl, pool, clock.instant())));
        if (!found.unknown().isEmpty()) {
            findings.add(
                    ("containers with this installation's label that are in no row: %s. Either another Berth on this engine"
                                    + " has the same BERTH_INSTALLATION, or the database is older than they are;"
                                    + " they are left alone, remove them with 'docker rm -f'")
                            .formatted(String.join(", ", found.unknown())));
        }
        return findings;
    }

    private void noteAway() {
        host.known()
                .ifPresent(known -> tenure.write(tx -> {
                    hosts.away(tx.dsl(), known.name());
                    return true;
                }));
    }

    /** Plans all workloads in memory, and names those for which there is something to do. */
    private void planAll(Outcome outcome) {
        List<Record2<WorkloadId, Long>> standing = tenure.read(wishes::standing);
        refreshKnown(standing);
        Map<WorkloadId, List<Container>> byWorkload = tenure.read(dsl -> containers.standing(dsl)).stream()
                .collect(Collectors.groupingBy(Container::workload));
        Map<AccountId, Situation.Place> places = tenure.read(tenants::all).stream()
                .collect(Collectors.toMap(tenant -> tenant.account(), Planner::placeOf));
        for (Record2<WorkloadId, Long> row : standing) {
            Wish wish = known.get(row.value1());
            if (wish == null) {
                continue;
            }
            Situation.Place place = places.getOrDefault(wish.account(), Situation.Place.WAITING);
            Plan plan = planner.planOf(wish, place, byWorkload.getOrDefault(wish.workload(), List.of()));
            Subject.Workload subject = new Subject.Workload(wish.workload());
            if (plan.steps().isEmpty()) {
                outcome.at(plan.wakeAt(), subject);
            } else {
                outcome.then(subject);
            }
        }
    }

    private void refreshKnown(List<Record2<WorkloadId, Long>> standing) {
        List<WorkloadId> news = standing.stream()
                .filter(row -> {
                    @Nullable Wish wish = known.get(row.value1());
                    return wish == null || wish.generation() != row.value2();
                })
                .map(Record2::value1)
                .toList();
        if (!news.isEmpty()) {
            tenure.read(dsl -> wishes.findAll(dsl, news)).forEach(wish -> known.put(wish.workload(), wish));
        }
        Set<WorkloadId> there = standing.stream().map(Record2::value1).collect(Collectors.toSet());
        known.keySet().retainAll(there);
    }
}
