package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.figure.Samples;
import dev.berth.bench.ring.Api;
import dev.berth.bench.ring.Ring;
import dev.berth.bench.ring.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * How far a spend cap is overshot: containers that cost three cents a second, each with a cap of its own that it reaches at another moment,
 * from the moment at which its use is worth the cap until it has ended, as the engine says. The bound is a look (5 s) and 15 s for what is
 * stopped to stop; what is beyond it is credited.
 */
final class CapBench implements Bench {
    private static final int ACCOUNTS = 5;
    private static final int WORKLOADS = 8;
    /** What the smallest size costs by the book for demonstrations: a quarter of a core at 10 cents and of a GiB at 2. */
    private static final int CENTS_A_SECOND = 3;

    private static final int SOONEST_SECONDS = 40;
    /** No multiple of the look's five seconds, so that caps are reached at every moment between two looks. */
    private static final double STEP_SECONDS = 1.7;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final double BOUND_MS = 20_000;

    /** A container and what it may cost. */
    private record Capped(Api customer, String workload, String container, Instant startedAt, long cents) {
        Instant reachedAt() {
            return startedAt.plusMillis(cents * 1_000 / CENTS_A_SECOND);
        }
    }

    @Override
    public String name() {
        return "cap";
    }

    @Override
    public List<Figure> run(Ground ground) {
        try (Ring ring = Ring.up(ground.checkout(), ground.folder(), ground.port())) {
            int accounts = (int) Math.ceil(ACCOUNTS * ground.scale());
            List<Capped> all = new ArrayList<>();
            for (int i = 0; i < accounts; i++) {
                JsonNode signup = ring.signUp(Map.of("currency", "EUR", "plan", "showcase"));
                Api customer = ring.anonymous().as(signup.at("/api_key/secret").asString());
                for (int n = 0; n < WORKLOADS; n++) {
                    all.add(begin(customer, "capped-%d".formatted(n), all.size()));
                }
                ground.progress().accept("%d containers run up to their caps".formatted(all.size()));
            }
            List<Duration> beyond = new ArrayList<>();
            for (Capped one : all) {
                beyond.add(Duration.between(one.reachedAt(), end(one)));
            }
            Samples samples = new Samples(beyond);
            long credited = all.stream()
                    .map(Capped::customer)
                    .distinct()
                    .mapToLong(customer -> customer.get("/v1/events?type=spend_cap.credited&limit=50")
                            .at("/data")
                            .size())
                    .sum();
            return List.of(
                    Figure.of(name(), "caps that were reached", (double) samples.count(), "caps"),
                    Figure.of(name(), "cap reached → container ended, least", samples.percentile(1), "ms"),
                    Figure.of(name(), "cap reached → container ended, median", samples.median(), "ms"),
                    Figure.of(name(), "cap reached → container ended, p90", samples.percentile(90), "ms"),
                    Figure.of(name(), "cap reached → container ended, longest", samples.percentile(100), "ms")
                            .atMost(BOUND_MS),
                    Figure.of(name(), "credits for what was beyond the bound", (double) credited, ""));
        }
    }

    /** Lets a container run, and says then what it may cost: ten minutes of what starts must be within a cap. */
    private static Capped begin(Api customer, String name, int n) {
        String workload = customer.post(
                        "/v1/workloads",
                        Map.of("name", name, "kind", "service", "image", "berth/sample:1", "size", "xs"))
                .at("/id")
                .asString();
        Wait.until(
                name + " runs",
                PATIENCE,
                () -> customer.get("/v1/workloads/" + workload)
                                .at("/observed/running")
                                .asInt()
                        == 1);
        JsonNode container =
                customer.get("/v1/workloads/" + workload + "/containers").at("/data/0");
        Instant startedAt = Instant.parse(container.at("/started_at").asString());
        double since = Duration.between(startedAt, Instant.now()).toMillis() / 1e3;
        long cents = Math.round((since + SOONEST_SECONDS + n * STEP_SECONDS) * CENTS_A_SECOND);
        customer.put(
                "/v1/workloads/" + workload + "/spend_cap",
                Map.of("amount", Map.of("amount_minor", cents, "currency", "EUR"), "action", "stop"));
        return new Capped(customer, workload, container.at("/id").asString(), startedAt, cents);
    }

    private static Instant end(Capped one) {
        String path = "/v1/containers/" + one.container();
        Wait.until(
                one.container() + " has ended",
                PATIENCE,
                () -> !one.customer().get(path).at("/finished_at").asString("").isEmpty());
        String heldBy = one.customer()
                .get("/v1/workloads/" + one.workload())
                .at("/desired/held_by")
                .asString("");
        if (!heldBy.equals("cap_reached")) {
            throw new IllegalStateException(
                    "%s ended, held by '%s' and not by its cap".formatted(one.workload(), heldBy));
        }
        return Instant.parse(one.customer().get(path).at("/finished_at").asString());
    }
}
