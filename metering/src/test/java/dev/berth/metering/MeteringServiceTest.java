package dev.berth.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.metering.interval.Story;
import dev.berth.schema.Cause;
import dev.berth.schema.Service;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.container.Alive;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.testing.InternalRoutes;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The whole service, on a real database and a real broker, over HTTP. */
@Tag("parts")
class MeteringServiceTest {
    private static final String SECRET = "a secret that is only for tests, 32 bytes long";
    private static final IdentitySigner SIGNER = new IdentitySigner(SECRET, InstantSource.system());

    private static TestDatabase database;
    private static Upstream provisioner;
    private static Upstream gateway;
    private static ConfigurableApplicationContext service;
    private static HttpClient http;

    private final Story story = new Story();

    @BeforeAll
    static void start() {
        String kafka = TestKafka.shared().clean().bootstrapServers();
        database = TestDatabase.fresh(Service.METERING);
        provisioner = new Upstream(Service.PROVISIONER, kafka);
        gateway = new Upstream(Service.GATEWAY, kafka);
        service = new SpringApplicationBuilder(MeteringApplication.class)
                .web(WebApplicationType.SERVLET)
                .run(
                        "--server.port=0",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--berth.kafka=" + kafka,
                        "--berth.identity-secret=" + SECRET,
                        "--berth.metering.watermark-step=PT1S");
        http = HttpClient.newHttpClient();
        await().atMost(Duration.ofSeconds(60)).until(() -> get("/readyz", null).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        service.close();
        gateway.close();
        provisioner.close();
        database.close();
        http.close();
    }

    @Test
    void aContainerIsSeenWhileItRunsAndToTheMillisecondAfterwards() {
        ContainerId container = ContainerId.next();
        Instant started = now().minusSeconds(10_000);
        provisioner.send(story.started(container, 1, started, 500, 256).tell());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> usage("container").path("data").size() == 1);

        JsonNode running = usage("container");
        Instant asOf = Instant.parse(running.path("as_of").asString());
        assertThat(Duration.between(asOf, Instant.now())).isLessThan(Duration.ofSeconds(1));
        JsonNode row = running.path("data").path(0);
        long ms = Duration.between(started, asOf).toMillis();
        assertThat(row.path("key").asString()).isEqualTo(container.toString());
        assertThat(row.path("container_ms").asLong()).isEqualTo(ms);
        assertThat(row.path("vcpu_seconds").asString())
                .isEqualTo(java.math.BigDecimal.valueOf(ms * 500, 6)
                        .stripTrailingZeros()
                        .toPlainString());
        assertThat(running.path("total").path("container_ms").asLong()).isEqualTo(ms);

        Instant seen = now();
        for (int partition = 0; partition < 6; partition++) {
            provisioner.send(new Inventory(story.host, partition, seen, List.of(), true), Cause.platform(seen));
        }
        Instant stopped = started.plusMillis(9_876_543);
        provisioner.send(story.stopped(container, 2, started, stopped, 500, 256).tell());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> intervals("")
                        .path("data")
                        .path(0)
                        .path("finished_at")
                        .asString("")
                        .equals(Json.text(stopped)));
        for (String grouping : new String[] {"workload", "container", "day", "hour"}) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(usage(grouping)
                                    .path("total")
                                    .path("container_seconds")
                                    .asString())
                            .as(grouping)
                            .isEqualTo("9876.543"));
        }
        JsonNode interval = intervals("").path("data").path(0);
        assertThat(interval.path("ms").asLong()).isEqualTo(9_876_543);
        assertThat(interval.path("engine_id").asString()).isEqualTo("engine-" + container);
        assertThat(interval.path("billed").asBoolean()).isTrue();
        assertThat(interval.path("zero_reason").isNull()).isTrue();
        assertThat(interval.path("cause").path("operation").asString()).startsWith("op_");
        JsonNode day = usage("day").path("data");
        assertThat(day.path(0).path("key").asString()).matches("\\d{4}-\\d\\d-\\d\\d");

        JsonNode rebuilt = json(post("/internal/v1/operator/rebuild", operator()));
        assertThat(rebuilt.path("intervals").asInt()).isZero();
        assertThat(rebuilt.path("windows").asInt()).isZero();
        assertThat(rebuilt.path("hours").asInt(-1)).isZero();
        assertThat(rebuilt.path("told").asInt()).isZero();
        assertThat(rebuilt.path("checked").asInt()).isPositive();
    }

    @Test
    void gapsAreReportedAndTheWatermarkFollowsTheInventories() {
        Story here = new Story("gap-host");
        ContainerId container = ContainerId.next();
        Instant start = now().minusSeconds(300);
        Alive alive = new Alive(container, start);
        provisioner.send(here.started(container, 1, start, 500, 256).tell());
        for (Instant at : new Instant[] {start.plusSeconds(60), start.plusSeconds(120)}) {
            for (int partition = 0; partition < 6; partition++) {
                boolean lists = at.equals(start.plusSeconds(60)) && partition == Story.partitionOf(container);
                var listed = lists ? List.of(alive) : List.<Alive>of();
                provisioner.send(new Inventory("gap-host", partition, at, listed, false), Cause.platform(at));
            }
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode audit = json(get("/internal/v1/audit", account(here.account)));
            assertThat(audit.path("data").size()).isEqualTo(1);
            JsonNode finding = audit.path("data").path(0);
            assertThat(finding.path("kind").asString()).isEqualTo("missing_stop");
            assertThat(finding.path("container").asString()).isEqualTo(container.toString());
            assertThat(finding.path("from").asString()).isEqualTo(Json.text(start.plusSeconds(60)));
            assertThat(finding.path("to").asString()).isEqualTo(Json.text(start.plusSeconds(120)));
        });
        JsonNode all = json(get("/internal/v1/audit", operator()));
        assertThat(all.path("data").findValuesAsString("kind")).contains("missing_stop");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode watermark = json(get("/internal/v1/watermark", account(here.account)));
            assertThat(watermark.path("partitions").size()).isEqualTo(6);
            assertThat(watermark.path("watermark").asString()).isNotEmpty();
        });
        for (int partition = 0; partition < 6; partition++) {
            provisioner.send(new Inventory("gap-host", partition, now(), List.of(), true), Cause.platform(now()));
        }
    }

    @Test
    void theAccountsZoneSaysWhenItsDaysBegin() {
        Story here = new Story("zone-host");
        gateway.send(
                new AccountOpened(
                        here.account, "n", "e@example.org", "free", "EUR", "Asia/Kolkata", 1, 1, 1, 1, 1, now()),
                Cause.platform(now()));
        ContainerId container = ContainerId.next();
        Instant start = Instant.parse("2026-10-01T17:00:00Z");
        Instant end = Instant.parse("2026-10-01T20:00:00Z");
        provisioner.send(here.started(container, 1, start, 1000, 1024)
                .stopped(container, 2, start, end, 1000, 1024)
                .tell());
        String query = "/internal/v1/usage?group_by=day&from=2026-10-01T00:00:00Z&to=2026-10-02T12:00:00Z";
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode data = json(get(query, account(here.account))).path("data");
            assertThat(data.size()).isEqualTo(2);
            assertThat(data.path(0).path("key").asString()).isEqualTo("2026-10-01");
            assertThat(data.path(0).path("vcpu_seconds").asString()).isEqualTo("5400");
            assertThat(data.path(1).path("key").asString()).isEqualTo("2026-10-02");
            assertThat(data.path(1).path("gib_seconds").asString()).isEqualTo("5400");
        });
        assertThat(json(get(query + "&zone=UTC", account(here.account)))
                        .path("data")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void pagesOfIntervalsFollowEachOtherWithoutAGap() {
        Story here = new Story("page-host");
        Instant start = now().minusSeconds(5000);
        for (int i = 0; i < 7; i++) {
            ContainerId id = ContainerId.next();
            here.started(id, 1, start.plusSeconds(i), 500, 256);
            if (i < 4) {
                here.stopped(id, 2, start.plusSeconds(i), start.plusSeconds(100 + i / 2), 500, 256);
            }
        }
        provisioner.send(here.tell());
        String identity = account(here.account);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> json(get("/internal/v1/intervals", identity))
                                .path("data")
                                .size()
                        == 7);
        List<String> seen = new java.util.ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = json(get("/internal/v1/intervals?limit=2" + cursor, identity));
            page.path("data").forEach(row -> seen.add(row.path("container").asString()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asString();
        } while (!cursor.isEmpty());
        assertThat(seen).hasSize(7).doesNotHaveDuplicates();
    }

    @Test
    void aFactThatCannotBeTrueGoesToQuarantineAndTheRestGoesOn() {
        Story here = new Story("bad-host");
        ContainerId bad = ContainerId.next();
        ContainerId good = ContainerId.next();
        provisioner.send(here.started(bad, 1, Instant.parse("0001-01-01T00:00:00Z"), 500, 256)
                .started(good, 1, now().minusSeconds(9), 500, 256)
                .tell());
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(json(get("/internal/v1/intervals", account(here.account)))
                            .path("data")
                            .size())
                    .isEqualTo(1);
            JsonNode quarantine =
                    json(get("/internal/v1/quarantine", operator())).path("data");
            assertThat(quarantine.toString()).contains(bad.toString());
        });
        JsonNode row =
                json(get("/internal/v1/quarantine", operator())).path("data").path(0);
        String replay = "/internal/v1/quarantine/" + row.path("consumer").asString() + "/"
                + row.path("id").asLong() + "/replay";
        assertThat(json(post(replay, operator())).path("replayed").asBoolean()).isFalse();
        assertThat(post(replay, account(here.account)).statusCode()).isEqualTo(403);
        assertThat(post("/internal/v1/quarantine/metering.interval/999999/replay", operator())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void eachRouteIsTheAccountsOwnOrTheOperators() {
        Story here = new Story("own-host");
        ContainerId container = ContainerId.next();
        Instant start = now().minusSeconds(300);
        provisioner.send(here.started(container, 1, start, 500, 256)
                .stopped(container, 2, start, start.plusSeconds(9), 500, 256)
                .tell());
        JsonNode interval = await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> json(get("/internal/v1/intervals", account(here.account)))
                                .at("/data/0"),
                        one -> one.has("container"));
        String workload = interval.path("workload").asString();
        Map<String, String> whole = Map.of("account", here.account.toString());
        new InternalRoutes(uri("/"), SECRET, InstantSource.system())
                .read("/internal/v1/usage", "?group_by=container", Map.of(), 200)
                .read("/internal/v1/usage", "?account={account}", whole, 200)
                .read("/internal/v1/intervals", "", Map.of(), 200)
                .read("/internal/v1/intervals", "?account={account}", whole, 200)
                .read("/internal/v1/intervals", "?container={id}", Map.of("id", container.toString()), 200)
                .read("/internal/v1/intervals", "?workload={id}", Map.of("id", workload), 200)
                .read(
                        "/internal/v1/intervals",
                        "?volume={id}",
                        Map.of("id", VolumeId.next().toString()),
                        200)
                .read("/internal/v1/audit", "", Map.of(), 200)
                .read("/internal/v1/audit", "?account={account}", whole, 200)
                .read("/internal/v1/watermark", "", Map.of(), 200)
                .operator("GET", "/internal/v1/quarantine", Map.of(), 200)
                .operator(
                        "POST",
                        "/internal/v1/quarantine/{consumer}/{id}/replay",
                        Map.of("consumer", "metering.interval", "id", "999999"),
                        404)
                .operator("POST", "/internal/v1/operator/rebuild", Map.of(), 200)
                .check(
                        served(),
                        here.account,
                        story.account,
                        List.of(here.account.toString(), container.toString(), workload));
        assertThat(get("/internal/v1/usage", operator()).statusCode()).isEqualTo(422);
        assertThat(get("/internal/v1/nothing", operator()).statusCode()).isEqualTo(404);
        assertThat(get("/healthz", null).statusCode()).isEqualTo(200);
    }

    private static List<String> served() {
        return service
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .stream()
                .flatMap(route -> route.getMethodsCondition().getMethods().stream()
                        .flatMap(method -> route.getPatternValues().stream().map(path -> method + " " + path)))
                .filter(route -> route.contains(" /internal/"))
                .toList();
    }

    @Test
    void whatCannotBeReadIsRefusedWithItsName() {
        Map.of(
                        "usage?from=yesterday", "from",
                        "usage?group_by=colour", "group_by",
                        "usage?zone=Mars/Base", "zone",
                        "usage?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to",
                        "usage?from=2000-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from",
                        "intervals?limit=0", "limit",
                        "intervals?limit=many", "limit",
                        "intervals?cursor=%20", "cursor",
                        "intervals?container=wl_1", "container")
                .forEach((path, name) -> {
                    HttpResponse<String> answer = get("/internal/v1/" + path, account(story.account));
                    assertThat(answer.statusCode()).as(path).isEqualTo(422);
                    JsonNode problem = json(answer);
                    assertThat(problem.path("code").asString()).as(path).isEqualTo("invalid");
                    assertThat(problem.path("detail").asString()).as(path).startsWith(name + " ");
                    assertThat(problem.path("request_id").asString()).startsWith("req");
                    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
                });
    }

    private JsonNode usage(String grouping) {
        String from = Json.text(now().minusSeconds(40_000));
        return json(get("/internal/v1/usage?group_by=" + grouping + "&from=" + from, account(story.account)));
    }

    private JsonNode intervals(String query) {
        return json(get("/internal/v1/intervals" + query, account(story.account)));
    }

    private static Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    private static String account(AccountId account) {
        return SIGNER.sign(new Identity(account, "usr_1", "op_1", false));
    }

    private static String operator() {
        return SIGNER.sign(new Identity(null, "operator", "op_1", true));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.mapper().readTree(response.body());
    }

    private static HttpResponse<String> get(String path, @Nullable String identity) {
        return send(request(path, identity).GET().build());
    }

    private static HttpResponse<String> post(String path, String identity) {
        return send(request(path, identity)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + path);
    }

    private static HttpRequest.Builder request(String path, @Nullable String identity) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        return identity == null ? request : request.header(Identity.HEADER, identity);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
