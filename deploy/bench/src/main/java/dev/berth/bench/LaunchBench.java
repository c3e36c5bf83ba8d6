package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.figure.Samples;
import dev.berth.bench.ring.Api;
import dev.berth.bench.ring.Events;
import dev.berth.bench.ring.Ring;
import dev.berth.bench.ring.Shell;
import dev.berth.bench.ring.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From POST /v1/workloads to a container that runs, against a plain {@code docker run -d} of the same image, in turns, on a ring
 * that has been in use. Twice: until the engine's own State.StartedAt, and until the caller knows it (the account's stream of
 * events tells it; the command returned). The caller waits by that stream and does not ask again and again: on a machine of two
 * processors fifty questions a second take as much of them as the launch, and it would be the questions that are measured. Beside them
 * the same {@code docker run} on a bridge network of its own, which is where a tenant's containers are, so that what the network costs
 * the engine can be told from what Berth costs.
 */
final class LaunchBench implements Bench {
    private static final String IMAGE = "berth/sample:1";
    private static final String NETWORK = "berth-bench-launch";

    /**
     * Of Berth alone, before: requests that launch nothing, and launches. The engine is compiled ahead, Berth's services are so after some
     * thousand requests; what the first launches of a ring cost until then is a figure of its own.
     */
    private static final int REQUESTS = 6_000;

    private static final int FIRST = 20;
    private static final int WARM_UP = 40;

    private static final int ROUNDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Before each launch, for what the end of the one before leads to: the kernel takes its network apart when it is gone already. */
    private static final Duration REST = Duration.ofMillis(500);

    /** As any ring of a bench, and what has ended goes at once: a round begins when the one before has left nothing. */
    private static final Map<String, String> SETTINGS =
            Map.of("BERTH_START_CACHE", "off", "BERTH_ENGINE_RETENTION", "0s");

    /** Durations of one way to launch. */
    private static final class Launches {
        private final List<Duration> started = new ArrayList<>();
        private final List<Duration> known = new ArrayList<>();

        void add(Instant began, Instant startedAt, Instant knownAt) {
            started.add(Duration.between(began, startedAt));
            known.add(Duration.between(began, knownAt));
        }
    }

    @Override
    public String name() {
        return "launch";
    }

    @Override
    public List<Figure> run(Ground ground) {
        try (Ring ring = Ring.up(ground.checkout(), ground.folder(), ground.port(), SETTINGS)) {
            Api customer =
                    ring.anonymous().as(ring.signUp().at("/api_key/secret").asString());
            Launches first = new Launches();
            Launches docker = new Launches();
            Launches networked = new Launches();
            Launches berth = new Launches();
            int rounds = (int) Math.ceil(ROUNDS * ground.scale());
            Shell.run("docker", "network", "create", NETWORK);
            try (Events started = customer.events("container.started")) {
                for (int i = 1; i <= FIRST; i++) {
                    through(customer, started, first, "first-%d".formatted(i));
                }
                ground.progress().accept("%d requests, and %d launches".formatted(REQUESTS, WARM_UP));
                use(customer);
                for (int i = 1; i <= WARM_UP; i++) {
                    through(customer, started, new Launches(), "warm-%d".formatted(i));
                }
                String engine = Shell.run("docker", "version", "--format", "{{.Server.Version}}");
                ground.progress().accept("%d rounds on Docker Engine %s".formatted(rounds, engine));
                for (int i = 1; i <= rounds; i++) {
                    plain(docker, "bridge");
                    plain(networked, NETWORK);
                    through(customer, started, berth, "bench-%d".formatted(i));
                }
            } finally {
                Shell.run("docker", "network", "rm", NETWORK);
            }
            return figures(first, docker, networked, berth);
        }
    }

    /** The way from a request through all services but the engine, again and again. */
    private static void use(Api customer) {
        for (int i = 1; i <= REQUESTS / 2; i++) {
            String workload = customer.post(
                            "/v1/workloads",
                            Map.of(
                                    "name",
                                    "use-%d".formatted(i),
                                    "kind",
                                    "cron",
                                    "schedule",
                                    Map.of("cron", "0 0 1 1 *"),
                                    "image",
                                    IMAGE,
                                    "size",
                                    "xs"))
                    .at("/id")
                    .asString();
            customer.delete("/v1/workloads/" + workload);
        }
    }

    private List<Figure> figures(Launches first, Launches docker, Launches networked, Launches berth) {
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of(
                name(),
                "POST → State.StartedAt, the first %d of a ring, median".formatted(FIRST),
                new Samples(first.started).median(),
                "ms"));
        figures.addAll(compare("State.StartedAt", docker.started, berth.started));
        figures.addAll(compare("the caller knows", docker.known, berth.known));
        double own = new Samples(networked.started).median();
        figures.add(Figure.of(name(), "docker run -d --network own → State.StartedAt, median", own, "ms"));
        figures.add(Figure.of(
                name(),
                "→ State.StartedAt, against docker run -d --network own",
                new Samples(berth.started).median() / own,
                "×"));
        return figures;
    }

    private List<Figure> compare(String until, List<Duration> docker, List<Duration> berth) {
        Samples plain = new Samples(docker);
        Samples ours = new Samples(berth);
        return List.of(
                Figure.of(name(), "docker run -d → %s, median".formatted(until), plain.median(), "ms"),
                Figure.of(name(), "docker run -d → %s, p90".formatted(until), plain.percentile(90), "ms"),
                Figure.of(name(), "POST → %s, median".formatted(until), ours.median(), "ms"),
                Figure.of(name(), "POST → %s, p90".formatted(until), ours.percentile(90), "ms"),
                Figure.of(name(), "→ %s, ratio of medians".formatted(until), ours.median() / plain.median(), "×")
                        .atMost(1.25),
                Figure.of(name(), "→ %s, difference of medians".formatted(until), ours.median() - plain.median(), "ms")
                        .atMost(150));
    }

    private static void plain(Launches launches, String network) {
        Wait.pause(REST);
        Instant began = Instant.now();
        String id = Shell.run("docker", "run", "-d", "--network", network, IMAGE);
        Instant returned = Instant.now();
        launches.add(began, startedAt(id), returned);
        Shell.run("docker", "rm", "-f", id);
    }

    private static void through(Api customer, Events started, Launches launches, String name) {
        Wait.pause(REST);
        Instant began = Instant.now();
        String workload = customer.post(
                        "/v1/workloads", Map.of("name", name, "kind", "service", "image", IMAGE, "size", "xs"))
                .at("/id")
                .asString();
        String container =
                started.next(workload, PATIENCE).at("/data/engine_id").asString();
        Instant known = Instant.now();
        launches.add(began, startedAt(container), known);
        customer.delete("/v1/workloads/" + workload);
        Wait.until(
                name + " is gone",
                PATIENCE,
                () -> Shell.run("docker", "ps", "-aq", "--no-trunc", "--filter", "id=" + container)
                        .isEmpty());
    }

    private static Instant startedAt(String container) {
        return Instant.parse(Shell.run("docker", "inspect", "--format", "{{.State.StartedAt}}", container));
    }
}
