package dev.berth.provisioner.reconcile;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;

import dev.berth.provisioner.content.ContentProperties;
import dev.berth.provisioner.content.ContentStore;
import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.egress.EgressCounters;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.ImageProperties;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import dev.berth.provisioner.placement.Placement;
import dev.berth.provisioner.rollout.RolloutRules;
import dev.berth.provisioner.tenant.AddressPool;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.provisioner.testing.MisbehavingEngine;
import dev.berth.provisioner.testing.Statements;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.provisioner.volume.VolumeStore;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.volume.VolumeRemoved;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Wire;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.WorkloadRemoved;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * The reconciler on a real database and an engine in memory, one activation at a time, by a clock that the test moves. What a
 * crash loses (queue, timers, caches) is lost by {@link #crash}.
 */
final class World implements AutoCloseable {
    static final Instant START = Instant.parse("2026-11-22T08:00:00Z");

    final TestDatabase database = TestDatabase.fresh(Service.PROVISIONER);
    final TestClock clock = new TestClock(START);
    final MisbehavingEngine engine = new MisbehavingEngine(clock);
    final Rooms rooms;
    final DSLContext dsl;
    final Deque<Subject> queue = new ArrayDeque<>();
    final Map<Subject, Instant> later = new HashMap<>();

    /** What the reconciler asked of the database since a test began to count. */
    final Statements statements = new Statements();

    private final Wire wire;
    private Lease lease;
    private long renewed;
    Reconciler reconciler;
    Tenure tenure;
    HostClock hostClock;
    Signalled signalled;

    World() {
        this(VolumeStore.none(), new ContentProperties("", ""));
    }

    World(VolumeStore store, ContentProperties content) {
        this(Rooms.make(store, new ContentStore(content)));
    }

    World(EgressCounters counters) {
        this(Rooms.make(VolumeStore.none(), new ContentStore(new ContentProperties("", "")), counters));
    }

    private World(Rooms rooms) {
        this.rooms = rooms;
        database.superuser().execute("alter role berth_provisioner set synchronous_commit = off");
        database.dataSource().getHikariPoolMXBean().softEvictConnections();
        dsl = DSL.using(statements.of(database.dataSource()), SQLDialect.POSTGRES);
        wire = new Wire(Service.PROVISIONER, "none:1", database.dataSource(), clock, new SimpleMeterRegistry());
        boot();
    }

    /** What is wrong with containers of an image, for their checks; nothing while it has no entry. */
    final Map<String, String> ill = new HashMap<>();

    private Optional<String> probe(String name, String address, HealthCheck check) {
        return engine.imageNameOf(name).map(ill::get);
    }

    private void boot() {
        hostClock = new HostClock(clock);
        lease = new Lease(wire, "berth_provisioner", Duration.ofMinutes(10));
        tenure = new Tenure(dsl, lease, new Outbox(Service.PROVISIONER), hostClock);
        tenure.renew();
        EngineHost host = new EngineHost(engine, rooms.hosts(), dsl, hostClock);
        signalled = new Signalled(hostClock);
        ReconcileSettings settings = new ReconcileSettings(
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                new Placement(1000, 150),
                RolloutRules.USUAL,
                new AddressPool(Cidr.parse("10.200.0.0/13"), 26),
                0,
                Duration.ZERO,
                new ImageProperties(List.of("*"), List.of(), 100, 200),
                1024,
                "remapped",
                KeptLogRepository.Bounds.USUAL,
                Duration.ofMinutes(1));
        reconciler = new Reconciler(tenure, engine, rooms, hostClock, host, settings, signalled, this::probe);
        queue.add(new Subject.Everything());
    }

    /** Loses what is in memory, and starts again. */
    void crash() {
        queue.clear();
        later.clear();
        lease.release();
        boot();
    }

    /** Another process that would act if it could. */
    Tenure otherReplica() {
        Lease contender = new Lease(wire, "berth_provisioner", Duration.ofMinutes(10));
        return new Tenure(dsl, contender, new Outbox(Service.PROVISIONER), new HostClock(clock));
    }

    AccountId openAccount() {
        return openAccount(50, 100_000, 100_000);
    }

    AccountId openAccount(int containers, int cpuMillis, int memoryMib) {
        AccountId account = AccountId.next();
        dsl.transaction(configuration -> rooms.tenants()
                .open(
                        configuration.dsl(),
                        new AccountOpened(
                                account,
                                "a",
                                "a@example.com",
                                "free",
                                "EUR",
                                "UTC",
                                containers,
                                cpuMillis,
                                memoryMib,
                                1,
                                1,
                                clock.instant()),
                        Wishes.cause(clock.instant())));
        queue.add(new Subject.Account(account));
        return account;
    }

    void changePlan(AccountId account, int containers, int cpuMillis, int memoryMib) {
        dsl.transaction(configuration -> rooms.tenants()
                .limit(
                        configuration.dsl(),
                        new PlanChanged(account, "plan", containers, cpuMillis, memoryMib, 1, 1, clock.instant())));
        queue.add(new Subject.Account(account));
    }

    void closeAccount(AccountId account) {
        dsl.transaction(configuration -> rooms.tenants()
                .close(
                        configuration.dsl(),
                        new AccountClosed(account, "asked", clock.instant()),
                        Wishes.cause(clock.instant())));
        queue.add(new Subject.Account(account));
    }

    void wish(Wishes wishes) {
        put(wishes.wish(clock.instant()));
    }

    void withdraw(Wishes wishes) {
        WorkloadRemoved removed =
                new WorkloadRemoved(wishes.workload, wishes.account, wishes.generation, clock.instant());
        put(new Wish.Withdrawn(
                removed.workload(), removed.account(), removed.generation(), 10, Wishes.cause(clock.instant())));
    }

    void wish(VolumeDesired wish) {
        dsl.transaction(configuration ->
                rooms.volumes().put(configuration.dsl(), wish, Wishes.cause(clock.instant()), clock.instant()));
        queue.add(new Subject.Volume(wish.volume()));
    }

    void remove(VolumeDesired last) {
        VolumeRemoved removed =
                new VolumeRemoved(last.volume(), last.account(), last.generation() + 1, clock.instant());
        dsl.transaction(configuration ->
                rooms.volumes().put(configuration.dsl(), removed, Wishes.cause(clock.instant()), clock.instant()));
        queue.add(new Subject.Volume(last.volume()));
    }

    private void put(Wish wish) {
        dsl.transaction(configuration -> rooms.wishes().put(configuration.dsl(), wish, clock.instant()));
        queue.add(new Subject.Workload(wish.workload()));
    }

    /** Activates one subject; the engine's failures leave the rest to the next pass, a crash loses everything in memory. */
    void activate(Subject subject) {
        if (System.nanoTime() - renewed > 2_000_000_000L) {
            renewed = System.nanoTime();
            tenure.renew();
        }
        try {
            Outcome outcome = reconciler.activate(subject);
            outcome.next().forEach(next -> {
                if (!queue.contains(next)) {
                    queue.add(next);
                }
            });
            outcome.later().forEach((next, at) -> later.merge(next, at, (a, b) -> a.isBefore(b) ? a : b));
        } catch (EngineException e) {
            // As in the loop: the next activation goes on.
            later.merge(new Subject.Everything(), clock.instant().plusSeconds(1), (a, b) -> a.isBefore(b) ? a : b);
        } catch (MisbehavingEngine.Crash e) {
            crash();
        }
    }

    /** Activates until nothing is to be done now. */
    void work() {
        int steps = 0;
        while (!queue.isEmpty()) {
            activate(queue.removeFirst());
            clock.advance(Duration.ofMillis(3));
            if (++steps > 20_000) {
                throw new AssertionError("it does not come to rest: " + queue);
            }
        }
    }

    /** Lets time pass, from one timer to the next, with a pass each five seconds. */
    void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        Instant nextPass = clock.instant();
        while (clock.instant().isBefore(end)) {
            if (!clock.instant().isBefore(nextPass)) {
                queue.add(new Subject.Everything());
                nextPass = clock.instant().plusSeconds(5);
            }
            dueTimers();
            work();
            Instant next = nextPass;
            for (Instant at : later.values()) {
                next = at.isBefore(next) ? at : next;
            }
            if (clock.instant().isBefore(next)) {
                clock.set(next);
            }
        }
    }

    /** Queues what is due by the clock. */
    void dueTimers() {
        Instant now = clock.instant();
        new ArrayList<>(later.entrySet()).forEach(entry -> {
            if (!now.isBefore(entry.getValue())) {
                later.remove(entry.getKey());
                queue.add(entry.getKey());
            }
        });
    }

    List<Container> containers(Wishes wishes) {
        List<Container> found =
                new ArrayList<>(rooms.containers().page(dsl, null, wishes.workload, null, false, null, 1000));
        java.util.Collections.reverse(found);
        return found;
    }

    /** An event as the outbox has it. */
    record Told(long seq, int partition, Event event, String operation) {}

    /** All events in the order in which they will be published. */
    List<Told> told() {
        return dsl.select(
                        field("seq", Long.class),
                        field("partition", Integer.class),
                        field("type", String.class),
                        field("payload", String.class),
                        field("operation", String.class))
                .from(table("outbox"))
                .orderBy(field("seq"))
                .fetch(row -> new Told(
                        row.value1(),
                        row.value2(),
                        Json.mapper()
                                .readValue(
                                        row.value4(),
                                        EventTypes.named(row.value3()).orElseThrow()),
                        row.value5()));
    }

    <T extends Event> List<T> told(Class<T> type) {
        return told().stream()
                .map(Told::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
