package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.content.ContentStore;
import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.placement.HostRepository;
import dev.berth.provisioner.rollout.Plan;
import dev.berth.provisioner.rollout.Progress;
import dev.berth.provisioner.rollout.RolloutRepository;
import dev.berth.provisioner.rollout.Situation;
import dev.berth.provisioner.tenant.AddressPool;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.provisioner.tenant.TenantState;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
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
    /** How far a host's clock may be from ours. */
    private static final Duration MOST_AHEAD = Duration.ofSeconds(2);

    private final Tenure tenure;
    private final WishRepository wishes;
    private final TenantRepository tenants;
    private final ContainerRepository containers;
    private final EngineHost host;
    private final HostRepository hosts;
    private final Planner planner;
    private final Checks checks;
    private final RolloutRepository rollouts;
    private final ContainerDriver driver;
    private final ImageFetcher fetcher;
    private final TenantDriver tenantDriver;
    private final NetworkDriver networkDriver;
    private final VolumeDriver volumeDriver;
    private final ContentStore content;
    private final StandingRows standing;
    private final Look look;
    private final Inventories inventories;
    private final EgressMeter egress;
    private final Witness witness;
    private final Retirement retirement;
    private final DiskWatch diskWatch;
    private final ImageSweep imageSweep;
    private final AddressPool pool;
    private final HostClock clock;
    private final Map<WorkloadId, Wish> known = new ConcurrentHashMap<>();
    private final Map<WorkloadId, Stood> progress = new ConcurrentHashMap<>();

    /** How a workload stood when its row was written. */
    private record Stood(Instant changedAt, Progress progress) {}

    Reconciler(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            HostClock clock,
            EngineHost host,
            ReconcileSettings settings,
            Signalled signalled,
            Probe probe) {
        this.tenure = tenure;
        this.wishes = rooms.wishes();
        this.tenants = rooms.tenants();
        this.containers = rooms.containers();
        this.host = host;
        this.hosts = rooms.hosts();
        this.pool = settings.pool();
        this.clock = clock;
        this.checks = new Checks(tenure, engine, rooms, clock, probe);
        this.rollouts = rooms.rollouts();
        this.witness = new Witness(signalled, host);
        this.retirement = new Retirement(tenure, rooms, clock);
        this.egress = new EgressMeter(tenure, engine, rooms, clock, settings.egressInterval());
        LaunchFailures failures = new LaunchFailures(tenure, rooms.lifecycle());
        this.fetcher = new ImageFetcher(tenure, engine, rooms, failures, clock, settings);
        this.driver = new ContainerDriver(
                tenure,
                engine,
                rooms,
                fetcher,
                new Launcher(tenure, engine, rooms, host, clock, witness, settings.machines(), egress),
                clock,
                witness,
                settings);
        this.planner =
                new Planner(tenure, rooms, host, clock, settings.placement(), settings.rollout(), checks, driver::look);
        NetworkMaker maker = new NetworkMaker(engine, settings.pool(), settings.poolStart());
        this.tenantDriver = new TenantDriver(tenure, engine, rooms, host, clock, settings.pool(), maker);
        this.networkDriver = new NetworkDriver(tenure, engine, rooms, clock, settings.pool(), maker);
        this.content = rooms.content();
        this.volumeDriver = new VolumeDriver(tenure, rooms, host, clock);
        this.standing = new StandingRows(tenure, rooms.containers());
        this.look = new Look(tenure, engine, rooms, standing, driver, clock);
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
            case Subject.Check check -> checks.check(check.id());
            case Subject.Pull pull ->
                tenure.read(dsl -> containers.find(dsl, pull.id()))
                        .filter(witness::sees)
                        .map(fetcher::pull)
                        .orElseGet(Outcome::new);
            case Subject.Account account -> tenantDriver.drive(account.id());
            case Subject.Networks networks -> networkDriver.drive(networks.account());
            case Subject.Volume volume -> volumeDriver.drive(volume.id());
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
            retirement.carryOut();
            throw e;
        }
        retirement.carryOut();
        planAll(outcome);
        outcome.then(new Subject.Disk());
        for (AccountId account : tenure.read(tenants::inMotion)) {
            outcome.then(new Subject.Account(account));
        }
        networkDriver.sweep();
        outcome.thenAll(networkDriver.inMotion());
        outcome.thenAll(volumeDriver.inMotion());
        return outcome;
    }

    private void observe(Outcome outcome) {
        boolean inventory = inventories.due();
        EngineHost.Known last = host.reachable() ? host.known().orElse(null) : null;
        // Asked each time, since another engine would say of everything that it is gone.
        EngineHost.Known seen = host.refresh();
        Instant observedAt = inventories.observedAt(seen.info().hostTime());
        Set<ContainerId> strayFiles = content.laidOut();
        Look.Found found = look.take(seen.name());
        if (inventory || last == null || !last.name().equals(seen.name())) {
            seen = host.record(tenure, seen, findings(seen, found));
        }
        if (inventory) {
            egress.measure(seen.name(), standing.read());
        }
        if (inventory && found.complete() && !runsAhead()) {
            VolumeDriver.Found volumes = volumeDriver.look();
            inventories.write(seen.name(), earlier(observedAt, found.before()), found.alive(), volumes.kept());
            outcome.thenAll(volumes.missing());
        }
        outcome.thenAll(found.outcome().next());
        found.rows().forEach(row -> strayFiles.remove(row.id()));
        strayFiles.forEach(content::remove);
        for (Container row : found.rows()) {
            if (needsDriving(row)) {
                outcome.then(new Subject.Run(row.id()));
            }
        }
    }

    private static boolean needsDriving(Container row) {
        return row.state() != ContainerState.RUNNING
                || !row.wanted().equals(row.size())
                || row.frozen().wanted() != row.frozen().is();
    }

    /** What a host says of a time that has not come would hold back nothing that is still to come. */
    private boolean runsAhead() {
        return clock.ahead().compareTo(MOST_AHEAD) > 0;
    }

    private static Instant earlier(Instant time, @Nullable Instant bound) {
        return bound == null || time.isBefore(bound) ? time : bound;
    }

    private List<String> findings(EngineHost.Known here, Look.Found found) {
        List<String> findings = new ArrayList<>(tenure.read(dsl -> tenants.findings(dsl, pool, clock.instant())));
        findings.addAll(networkDriver.findings());
        egress.finding().ifPresent(findings::add);
        if (clock.ahead().abs().compareTo(MOST_AHEAD) > 0) {
            findings.add("the host's clock is %s ms %s of this machine's%s: set both by NTP"
                    .formatted(
                            clock.ahead().abs().toMillis(),
                            runsAhead() ? "ahead" : "behind",
                            runsAhead()
                                    ? ", and until it is right no inventory is written and nothing is invoiced"
                                    : ""));
        }
        if (!found.silent().isEmpty()) {
            findings.add("the engine does not answer for containers: %s".formatted(String.join(", ", found.silent())));
        }
        for (String other : tenure.read(dsl -> hosts.left(dsl, here.name()))) {
            findings.add(
                    ("host %s is written of and does not answer: usage up to now is not complete until it is back, or is"
                                    + " retired with POST /operator/v1/hosts/%s/retire")
                            .formatted(other, other));
        }
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
        List<Record2<WorkloadId, Long>> wished = tenure.read(wishes::standing);
        refreshKnown(wished);
        refreshProgress();
        List<Container> allStanding = standing.read();
        Map<WorkloadId, List<Container>> byWorkload =
                allStanding.stream().collect(Collectors.groupingBy(Container::workload));
        Set<ContainerId> ids = allStanding.stream().map(Container::id).collect(Collectors.toSet());
        checks.retain(ids);
        driver.retain(ids);
        allStanding.stream()
                .filter(checks::isNew)
                .forEach(container -> outcome.then(new Subject.Check(container.id())));
        Map<AccountId, TenantState> tenantStates = tenure.read(tenants::states);
        for (Record2<WorkloadId, Long> row : wished) {
            Wish wish = known.get(row.value1());
            if (wish == null) {
                continue;
            }
            TenantState tenant = tenantStates.get(wish.account());
            Situation.Place place = tenant == null ? Situation.Place.WAITING : Planner.placeOf(tenant);
            Stood stood = progress.get(wish.workload());
            Progress before = stood == null ? null : stood.progress();
            Plan plan = planner.planOf(wish, place, byWorkload.getOrDefault(wish.workload(), List.of()), before);
            Subject.Workload subject = new Subject.Workload(wish.workload());
            if (plan.isIdle(before)) {
                outcome.at(plan.wakeAt(), subject);
            } else {
                outcome.then(subject);
            }
        }
    }

    private void refreshProgress() {
        List<Record2<WorkloadId, Instant>> changes = tenure.read(rollouts::changes);
        Map<WorkloadId, Instant> news = new HashMap<>();
        for (Record2<WorkloadId, Instant> row : changes) {
            Stood stood = progress.get(row.value1());
            if (stood == null || !stood.changedAt().equals(row.value2())) {
                news.put(row.value1(), row.value2());
            }
        }
        if (!news.isEmpty()) {
            tenure.read(dsl -> rollouts.findAll(dsl, news.keySet()))
                    .forEach(one -> progress.put(
                            one.workload(), new Stood(news.getOrDefault(one.workload(), Instant.EPOCH), one)));
        }
        Set<WorkloadId> there = changes.stream().map(Record2::value1).collect(Collectors.toSet());
        progress.keySet().retainAll(there);
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
