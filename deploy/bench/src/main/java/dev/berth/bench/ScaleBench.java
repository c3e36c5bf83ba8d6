package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.ring.Feed;
import dev.berth.bench.ring.Footprint;
import dev.berth.bench.ring.ProvisionerAlone;
import dev.berth.bench.ring.Shell;
import dev.berth.bench.ring.Wait;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import dev.berth.schema.workload.WorkloadRemoved;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * 300 containers of 50 accounts under the reconciler on the machine's engine. First as many by plain {@code docker run -d}, with as many at
 * once as the reconciler has, under the same limits and on a bridge network for each account as well; then the same from wishes. After that
 * nothing changes for a minute, and then the world becomes smaller and each size is looked at while nothing changes: what a pass costs must
 * not grow faster than what there is. Whatever it made goes, also what an earlier run left that was ended by force.
 */
final class ScaleBench implements Bench {
    private static final String IMAGE = "berth/sample:1";
    private static final String PLAIN = "dev.berth.bench.scale";
    private static final String INSTALLATION = "berth-bench-scale";
    private static final int CONTAINERS = 300;
    private static final int PER_ACCOUNT = 6;

    /** As many as the reconciler lets act on the engine at once. */
    private static final int AT_ONCE = 8;

    private static final int CPU_MILLIS = 250;
    private static final int MEMORY_MIB = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration UNCHANGED = Duration.ofMinutes(1);

    /** In which all is inspected once more that came up just before. */
    private static final Duration SETTLE = Duration.ofSeconds(15);

    /** What a world that does not change costs. */
    private record Rest(double seconds, ProvisionerAlone.Done done, double ownCpuMs, double engineCpuMs) {
        double passMs() {
            return done.passSeconds() / done.passes() * 1000;
        }
    }

    /** An account and its one workload. */
    private record Tenant(AccountId account, WorkloadId workload) {}

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public List<Figure> run(Ground ground) throws SQLException, InterruptedException, ExecutionException {
        int containers = Math.max(10, (int) (CONTAINERS * ground.scale()));
        sweep();
        try {
            ground.progress().accept("%d by docker run, %d at once".formatted(containers, AT_ONCE));
            double plain = plain(containers);
            ground.progress().accept("which took %.0f s".formatted(plain));
            ProvisionerAlone.sweep(PLAIN);
            try (ProvisionerAlone provisioner = ProvisionerAlone.start(
                            ground.checkout(),
                            ground.folder(),
                            ground.port(),
                            INSTALLATION,
                            Map.of(
                                    "BERTH_INSTALLATION", INSTALLATION,
                                    "BERTH_CPU_OVERCOMMIT_PERCENT", "100000",
                                    "BERTH_MEMORY_OVERCOMMIT_PERCENT", "1000"));
                    Feed feed = new Feed(provisioner.bootstrapServers())) {
                return measured(ground, containers, plain, provisioner, feed);
            }
        } finally {
            sweep();
        }
    }

    private static void sweep() {
        ProvisionerAlone.sweep(PLAIN);
        ProvisionerAlone.sweep("dev.berth.installation=" + INSTALLATION);
    }

    private List<Figure> measured(
            Ground ground, int containers, double plain, ProvisionerAlone provisioner, Feed feed) {
        List<Tenant> tenants = open(containers, provisioner, feed);
        Map<Integer, Rest> rests = new TreeMap<>();
        Duration brief = UNCHANGED.dividedBy(2);
        rests.put(0, rest(provisioner, brief));
        ground.progress().accept("%d from wishes".formatted(containers));
        Instant began = Instant.now();
        wish(feed, tenants, containers, 1);
        awaitRunning(provisioner, containers);
        double ours = Duration.between(began, Instant.now()).toNanos() / 1e9;
        ground.progress().accept("nothing changes for %d s".formatted(UNCHANGED.toSeconds()));
        Wait.pause(SETTLE);
        Rest whole = rest(provisioner, UNCHANGED);
        rests.put(containers, whole);
        long generation = 2;
        for (int fewer : List.of(100, 50, 10)) {
            if (fewer < containers) {
                ground.progress().accept("%d are left".formatted(fewer));
                wish(feed, tenants, fewer, generation++);
                awaitRunning(provisioner, fewer);
                Wait.pause(SETTLE);
                rests.put(fewer, rest(provisioner, brief));
            }
        }
        List<Figure> figures = figures(containers, tenants.size(), plain, ours, whole, rests);
        figures.add(Figure.of(
                name(),
                "load of the machine at the end",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                ""));
        return figures;
    }

    private List<Figure> figures(
            int containers, int accounts, double plain, double ours, Rest whole, Map<Integer, Rest> rests) {
        List<Figure> figures = new ArrayList<>(List.of(
                Figure.of(name(), "docker run -d of %d, %d at once".formatted(containers, AT_ONCE), plain, "s"),
                Figure.of(name(), "wishes of %d accounts → %d run".formatted(accounts, containers), ours, "s"),
                Figure.of(name(), "→ all run, against docker run", ours / plain, "×")
                        .atMost(1.5),
                Figure.of(
                                name(),
                                "provisioner while nothing changes, of one processor",
                                whole.ownCpuMs() / whole.seconds() / 10,
                                "%")
                        .atMost(5),
                Figure.of(
                        name(),
                        "dockerd while nothing changes, of one processor",
                        whole.engineCpuMs() / whole.seconds() / 10,
                        "%")));
        rests.forEach((there, rest) -> {
            double passes = rest.done().passes();
            figures.add(Figure.of(name(), "a pass over %d".formatted(there), rest.passMs(), "ms"));
            figures.add(Figure.of(
                    name(),
                    "statements a pass over %d".formatted(there),
                    rest.done().statements() / passes,
                    ""));
            figures.add(Figure.of(
                    name(),
                    "engine calls a pass over %d".formatted(there),
                    rest.done().engineCalls() / passes,
                    ""));
        });
        Rest least = rests.get(10);
        if (least != null && containers > 10) {
            double grown = whole.passMs() / least.passMs();
            figures.add(Figure.of(name(), "a pass over %d, against one over 10".formatted(containers), grown, "×")
                    .atMost(containers / 10.0));
        }
        return figures;
    }

    /** From the first call until all of them have returned; their networks are there before. */
    private static double plain(int containers) throws InterruptedException, ExecutionException {
        int accounts = accounts(containers);
        for (int i = 0; i < accounts; i++) {
            Shell.run(
                    "docker",
                    "network",
                    "create",
                    "--label",
                    PLAIN,
                    "--subnet",
                    "10.77.%d.0/26".formatted(i),
                    PLAIN + "." + i);
        }
        long began = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<String>> launches = new ArrayList<>();
            for (int i = 0; i < containers; i++) {
                List<String> command = List.of(
                        "docker",
                        "run",
                        "-d",
                        "--label",
                        PLAIN,
                        "--network",
                        PLAIN + "." + i / PER_ACCOUNT,
                        "--cpus",
                        Double.toString(CPU_MILLIS / 1000.0),
                        "--memory",
                        MEMORY_MIB + "m",
                        "--read-only",
                        IMAGE);
                launches.add(threads.submit(() -> Shell.run(Path.of("."), command)));
            }
            for (Future<String> launch : launches) {
                String _ = launch.get();
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static int accounts(int containers) {
        return (containers + PER_ACCOUNT - 1) / PER_ACCOUNT;
    }

    private static List<Tenant> open(int containers, ProvisionerAlone provisioner, Feed feed) {
        List<Tenant> tenants = new ArrayList<>();
        for (int i = 0; i < accounts(containers); i++) {
            Tenant tenant = new Tenant(AccountId.next(), WorkloadId.next());
            feed.send(
                    EventId.next(),
                    new AccountOpened(
                            tenant.account(),
                            "bench",
                            "bench@example.com",
                            "team",
                            "EUR",
                            "UTC",
                            50,
                            40_000,
                            81_920,
                            1,
                            1,
                            now()));
            tenants.add(tenant);
        }
        feed.flush();
        Wait.until(
                "the accounts are ready",
                PATIENCE,
                () -> provisioner.count("select count(*) from provisioner.tenant where state = 'ready'")
                        == tenants.size());
        return tenants;
    }

    /** Wishes for so many containers in all, of the first accounts; the workloads of the others are withdrawn. */
    private static void wish(Feed feed, List<Tenant> tenants, int containers, long generation) {
        int left = containers;
        for (Tenant tenant : tenants) {
            int replicas = Math.min(left, PER_ACCOUNT);
            left -= replicas;
            feed.send(
                    EventId.next(),
                    replicas == 0
                            ? new WorkloadRemoved(tenant.workload(), tenant.account(), generation, now())
                            : wish(tenant, replicas, generation));
        }
        feed.flush();
    }

    private static WorkloadDesired wish(Tenant tenant, int replicas, long generation) {
        return new WorkloadDesired(
                tenant.workload(),
                tenant.account(),
                "web",
                WorkloadKind.SERVICE,
                generation,
                1,
                1,
                DesiredState.RUNNING,
                null,
                IMAGE,
                List.of(),
                List.of(),
                Map.of(),
                new CpuMillis(CPU_MILLIS),
                new MemoryMib(MEMORY_MIB),
                replicas,
                List.of(8080),
                RestartPolicy.ALWAYS,
                null,
                1,
                false,
                true,
                Map.of(),
                now(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static void awaitRunning(ProvisionerAlone provisioner, int containers) {
        Wait.until(
                "%d containers run and no others".formatted(containers),
                PATIENCE,
                () -> provisioner.count("select count(*) from provisioner.container where state = 'running'")
                                == containers
                        && provisioner.count("select count(*) from provisioner.container where removed_at is null")
                                == containers);
    }

    private static Rest rest(ProvisionerAlone provisioner, Duration time) {
        long engine = enginePid();
        ProvisionerAlone.Done done = provisioner.done();
        long own = Footprint.cpuMs(provisioner.pid());
        long engines = Footprint.cpuMs(engine);
        long began = System.nanoTime();
        Wait.pause(time);
        return new Rest(
                (System.nanoTime() - began) / 1e9,
                provisioner.done().since(done),
                Footprint.cpuMs(provisioner.pid()) - own,
                Footprint.cpuMs(engine) - engines);
    }

    /** The process of the machine's own engine, as it writes it down itself. */
    private static long enginePid() {
        try {
            return Long.parseLong(
                    Files.readString(Path.of("/var/run/docker.pid")).strip());
        } catch (IOException e) {
            throw new IllegalStateException("dockerd has no /var/run/docker.pid, by which its work could be told", e);
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
