package dev.berth.launcher.demo;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.engine.Engine;
import dev.berth.launcher.engine.SampleImage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * The whole story, played through the public API: sign up, look at the quota, ask for a price, run a service and a job, read logs,
 * scale, stop, close the period, pay; and beside it a look at each container through Docker itself.
 */
public final class DemoStory {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String GREETING = "hello from a container billed by the second";
    private static final String TEST_CARD = "4242424242424242";
    private static final int SMALL_CPU_MILLIS = 250;
    private static final int SMALL_MEMORY_MIB = 128;

    private final ApiClient anonymous;
    private final String operatorKey;
    private final Engine engine;
    private final InstantSource clock;
    private final Consumer<String> say;
    private final Map<String, Comparison.Known> containers = new LinkedHashMap<>();

    /** Plays against the gateway at that URL; tells each step to the consumer. */
    public DemoStory(String url, String operatorKey, Engine engine, InstantSource clock, Consumer<String> say) {
        this.anonymous = new ApiClient(url, "");
        this.operatorKey = operatorKey;
        this.engine = engine;
        this.clock = clock;
        this.say = say;
    }

    /**
     * Plays it from the beginning to the paid invoice.
     *
     * @throws LaunchException when a step does not go as it should
     */
    public DemoResult play() {
        Instant began = clock.instant();
        JsonNode signup = anonymous.post(
                "/v1/signup",
                Map.of(
                        "email",
                        "demo-%s@example.com".formatted(random(6)),
                        "password",
                        random(16),
                        "name",
                        "Demo " + random(3),
                        "plan",
                        "showcase"));
        String account = text(signup, "account", "id");
        ApiClient api = anonymous.as(text(signup, "api_key", "secret"));
        say.accept("signed up: account %s".formatted(account));
        await(
                "the account to be ready",
                () -> api.get("/v1/account"),
                node -> state(node).equals("ready"));
        sayQuota(api);

        try (EngineWatch watch = new EngineWatch(engine, began)) {
            Map<String, Object> wish = service();
            JsonNode quote = api.post("/v1/workloads?dry_run=true", wish);
            say.accept("a quote: %s an hour, %s a month"
                    .formatted(money(quote.path("per_hour")), money(quote.path("per_month"))));
            String service = text(api.post("/v1/workloads", wish), "id");
            String job = text(api.post("/v1/workloads", job()), "id");
            say.accept("launched a service (%s) and a job (%s)".formatted(service, job));
            awaitRunning(api, watch, service, 1);
            awaitEnded(api, watch, job, "job", 1);
            sayLogs(api, job);
            scale(api, watch, service);
            api.post("/v1/workloads/%s/stop".formatted(service), Map.of());
            awaitEnded(api, watch, service, "service", 2);
            say.accept("stopped");
            return settle(api, account, watch, began);
        }
    }

    private void sayQuota(ApiClient api) {
        JsonNode quota = api.get("/v1/quota");
        say.accept("quota: %s containers, %s m of CPU, %s MiB"
                .formatted(
                        quota.path("limits").path("containers").asString("?"),
                        quota.path("limits").path("cpu_millis").asString("?"),
                        quota.path("limits").path("memory_mib").asString("?")));
    }

    private static Map<String, Object> service() {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("name", "web");
        wish.put("kind", "service");
        wish.put("image", SampleImage.NAME);
        wish.put("cpu_millis", SMALL_CPU_MILLIS);
        wish.put("memory_mib", SMALL_MEMORY_MIB);
        wish.put("replicas", 1);
        return wish;
    }

    private static Map<String, Object> job() {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("name", "greet");
        wish.put("kind", "job");
        wish.put("image", SampleImage.NAME);
        wish.put("command", List.of("/bin/sh", "-c", "echo %s; sleep 3".formatted(GREETING)));
        wish.put("cpu_millis", SMALL_CPU_MILLIS);
        wish.put("memory_mib", SMALL_MEMORY_MIB);
        return wish;
    }

    private void awaitRunning(ApiClient api, EngineWatch watch, String workload, int replicas) {
        await(
                "%d containers of the service to run".formatted(replicas),
                () -> look(api, watch, workload, "service"),
                page -> {
                    long running = count(page, "running");
                    return running == replicas;
                });
        JsonNode seen = await(
                "the service to be seen running",
                () -> api.get("/v1/workloads/" + workload),
                node -> node.path("observed").path("running").asInt(0) == replicas);
        say.accept("%d running: %s".formatted(replicas, text(seen, "observed", "state")));
    }

    private void awaitEnded(ApiClient api, EngineWatch watch, String workload, String kind, int count) {
        await("the %s to end".formatted(kind), () -> look(api, watch, workload, kind), page -> {
            long ended = page.path("data")
                    .valueStream()
                    .filter(container -> !container.path("finished_at").isNull() && container.has("finished_at"))
                    .count();
            return ended >= count && ended == page.path("data").size();
        });
        if (kind.equals("job")) {
            say.accept("the job has ended");
        }
    }

    /** The containers of a workload, each of which is watched from the moment it is named. */
    private JsonNode look(ApiClient api, EngineWatch watch, String workload, String kind) {
        JsonNode page = api.get("/v1/workloads/%s/containers?limit=200".formatted(workload));
        for (JsonNode container : page.path("data")) {
            String id = container.path("id").asString("");
            String engineId = container.path("engine_id").asString("");
            watch.watch(engineId);
            if (!container.path("started_at").isNull() && container.has("started_at")) {
                containers.put(id, new Comparison.Known(id, engineId, kind));
            }
        }
        return page;
    }

    private static long count(JsonNode page, String state) {
        return page.path("data")
                .valueStream()
                .filter(container -> container.path("state").asString("").equals(state))
                .count();
    }

    private void sayLogs(ApiClient api, String job) {
        String logs = await(
                "the job's output",
                () -> api.text("/v1/workloads/%s/logs?tail=10".formatted(job)),
                text -> text.contains(GREETING));
        say.accept("its output: " + logs.strip());
    }

    private void scale(ApiClient api, EngineWatch watch, String service) {
        String etag = text(api.get("/v1/workloads/" + service), "etag");
        api.patch("/v1/workloads/" + service, etag, Map.of("replicas", 2));
        awaitRunning(api, watch, service, 2);
    }

    /** Closes the period, pays, and asks the three witnesses. */
    private DemoResult settle(ApiClient api, String account, EngineWatch watch, Instant began) {
        ApiClient operator = anonymous.as(operatorKey);
        JsonNode close = await(
                "the period to close (the meter's watermark must pass its end)",
                () -> operator.post("/operator/v1/billing/close", Map.of("account", account))
                        .path("closes"),
                closes -> closes.size() > 0
                        && closes.path(0).path("state").asString("").equals("finalized"));
        String invoice = text(close.path(0), "invoice");
        say.accept("the period is closed: invoice %s".formatted(invoice));
        JsonNode paid = api.post(
                "/v1/invoices/%s/pay".formatted(invoice),
                Map.of("card", Map.of("number", TEST_CARD, "exp_month", 12, "exp_year", nextYear(), "cvc", "123")));
        say.accept("paid with the test card: %s".formatted(text(paid, "status")));
        Invoiced invoiced = new InvoiceReader(api).read(invoice);
        Map<String, Long> meter = meter(api, began);
        return new DemoResult(
                account,
                invoiced,
                Comparison.of(new ArrayList<>(containers.values()), watch.sights(), meter, invoiced));
    }

    private Map<String, Long> meter(ApiClient api, Instant began) {
        Map<String, Long> ms = new LinkedHashMap<>();
        String from = began.minus(Duration.ofMinutes(1)).toString();
        String to = clock.instant().toString();
        for (JsonNode row : api.get("/v1/usage?group_by=container&from=%s&to=%s".formatted(from, to))
                .path("data")) {
            ms.put(row.path("key").asString(""), row.path("container_ms").asLong(0));
        }
        return ms;
    }

    private static <T> T await(String what, Supplier<T> question, java.util.function.Predicate<T> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        T last = question.get();
        while (!wanted.test(last)) {
            if (System.nanoTime() > end) {
                throw new LaunchException(
                        "Waited %d s for %s. Last answer: %s".formatted(PATIENCE.toSeconds(), what, last),
                        "./berth status and ./berth logs tell more.");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LaunchException("Waiting for %s was interrupted.".formatted(what), "Try again.", e);
            }
            last = question.get();
        }
        return last;
    }

    private static String state(JsonNode account) {
        return account.path("state")
                .asString(account.path("account").path("state").asString(""));
    }

    private static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        JsonNode found = at;
        return Optional.of(found.asString(""))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new LaunchException(
                        "An answer of the API has no %s: %s".formatted(String.join(".", path), node),
                        "./berth logs gateway tells more."));
    }

    static String money(JsonNode money) {
        return money.isObject()
                ? DemoReport.money(
                        money.path("amount_minor").asLong(0),
                        money.path("currency").asString("USD"))
                : money.asString("?");
    }

    private int nextYear() {
        return clock.instant().atZone(ZoneOffset.UTC).getYear() + 1;
    }

    private static String random(int bytes) {
        byte[] raw = new byte[bytes];
        new SecureRandom().nextBytes(raw);
        return HexFormat.of().formatHex(raw);
    }
}
