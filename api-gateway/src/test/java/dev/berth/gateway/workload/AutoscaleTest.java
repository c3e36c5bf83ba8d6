package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Autoscaling of real wishes; what containers use and what time it is, the test says. */
class AutoscaleTest extends GatewayTest {
    private static final String LOADS = "/internal/v1/loads";
    private static final int LIMIT = 250;

    @Autowired
    private Autoscaler autoscaler;

    @Autowired
    private AutoscaleRepository repository;

    @Autowired
    private Workloads workloads;

    private final List<ContainerId> containers = new ArrayList<>();
    private Instant now = Instant.now().plusSeconds(3600); // the loop of the application is not due then
    private long nanos;
    private String web = "";

    @BeforeEach
    void begin() {
        // Those of other tests would be looked at too.
        dsl.execute("update workload set removed_at = now() where jsonb_typeof(manner -> 'autoscale') = 'object'");
        dsl.execute("delete from autoscale_turn");
        long _ = turn(); // at once, or the loop of the application would be due until the first look
        tells();
    }

    /** The provisioner tells of the containers of the one service. */
    private void tells() {
        StandIns.shared().instead(LOADS, (exchange, called) -> {
            assertThat(called.identity().operator()).isTrue();
            ObjectNode answer = Json.mapper().createObjectNode();
            ArrayNode data = answer.putArray("data");
            for (ContainerId one : containers) {
                data.addObject()
                        .put("container", one.toString())
                        .put("workload", web)
                        .put("at", Json.text(now))
                        .put("cpu_nanos", nanos)
                        .put("cpu_limit_millis", LIMIT)
                        .put("memory_bytes", 64L << 20)
                        .put("memory_limit_bytes", 256L << 20)
                        .put("ready", true);
            }
            StandIns.answer(exchange, 200, answer);
        });
    }

    @AfterEach
    void mend() {
        StandIns.shared().mend();
    }

    private String service(Api customer, String more) {
        Api.Reply made = customer.post("/v1/workloads", """
                        {"name": "web", "kind": "service", "image": "berth/sample:1", "cpu_millis": %d, "memory_mib": 256,
                         "autoscale": {"min": 1, "max": 5, "cpu_percent": 50, "cooldown_s": 60}%s}""".formatted(LIMIT, more));
        web = made.expect(202).text("id");
        return "/v1/workloads/" + web;
    }

    private WorkloadDesired wish() {
        return Json.mapper().readValue(payloads(web).getLast(), WorkloadDesired.class);
    }

    private long turn() {
        return repository.takeTurn(dsl, now, Duration.ZERO).orElseThrow();
    }

    /** 15 s in which all containers that are wished use so much of what they may, and a look. */
    private void look(int percent) {
        now = now.plusSeconds(15);
        nanos += 15_000_000_000L * LIMIT / 1000 * percent / 100;
        while (containers.size() < wish().replicas()) {
            containers.add(ContainerId.next());
        }
        while (containers.size() > wish().replicas()) {
            containers.removeLast();
        }
        autoscaler.look(turn(), now);
    }

    @Test
    void aServiceGrowsWithItsUseAndShrinksAfterItsCooldownAndSaysWhy() {
        Api customer = api().signedUp();
        String path = service(customer, "");
        assertThat(customer.get(path).text("autoscale.max")).isEqualTo("5");
        assertThat(customer.get(path).text("recommendation")).isEqualTo("null");
        look(100);
        assertThat(customer.get(path).text("recommendation.message")).contains("not known yet");
        look(83);
        assertThat(wish().replicas()).isEqualTo(2);
        Api.Reply view = customer.get(path);
        assertThat(view.text("desired.replicas")).isEqualTo("2");
        assertThat(view.text("recommendation.replicas")).isEqualTo("2");
        assertThat(view.text("recommendation.message")).isEqualTo("cpu 82 % of 250 m, aim 50 %: 1 to 2");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("2");
        for (int i = 0; i < 4; i++) {
            look(100);
        }
        assertThat(wish().replicas()).isEqualTo(5);
        for (int i = 0; i < 3; i++) {
            look(0);
        }
        assertThat(wish().replicas()).isEqualTo(5);
        for (int i = 0; i < 3; i++) {
            look(0);
        }
        assertThat(wish().replicas()).isEqualTo(1);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("1");

        await().atMost(Duration.ofSeconds(60))
                .until(() -> customer.get("/v1/events?type=workload.updated")
                        .text("data.0.data.replicas")
                        .equals("1"));
        Api.Reply events = customer.get("/v1/events?order=asc&type=workload.updated");
        assertThat(events.text("data.0.actor")).isEqualTo("berth");
        List<String> reasons = new ArrayList<>();
        events.json()
                .path("data")
                .forEach(one -> reasons.add(one.at("/cause/reason").stringValue()));
        assertThat(reasons)
                .containsExactly(
                        "autoscaler: cpu 82 % of 250 m, aim 50 %: 1 to 2",
                        "autoscaler: cpu 100 % of 250 m, aim 50 %: 2 to 4",
                        "autoscaler: cpu 100 % of 250 m, aim 50 %: 4 to 5",
                        "autoscaler: cpu 0 % of 250 m, aim 50 %: 5 to 2", // the newest was not known at first
                        "autoscaler: cpu 0 % of 250 m, aim 50 %: 2 to 1");
        Api.Reply made = customer.get("/v1/events?type=workload.created");
        assertThat(made.json().at("/data/0/cause").has("reason")).isFalse();
        assertThat(customer.get("/v1/operations").json().path("data"))
                .as("what Berth does by itself is no operation")
                .hasSize(1);
    }

    @Test
    void getsWhatItsQuotaAllowsAndSaysWhatItWants() {
        Api customer = api().signedUp();
        int most = Integer.parseInt(customer.get("/v1/quota").text("limits.containers"));
        customer.post(
                        "/v1/workloads",
                        "{\"name\": \"all\", \"kind\": \"service\", \"image\": \"a\", \"cpu_millis\": 10, \"memory_mib\": 16, \"replicas\": %d}"
                                .formatted(most - 3))
                .expect(202);
        String path = service(customer, ", \"replicas\": 2");
        look(0);
        look(100);
        assertThat(wish().replicas()).isEqualTo(3);
        assertThat(customer.get(path).text("recommendation.message"))
                .isEqualTo("cpu 100 % of 250 m, aim 50 %: 2 to 4; wants 4, quota allows 3");
        long generation = wish().generation();
        look(100);
        look(100);
        assertThat(wish().generation()).isEqualTo(generation);
        assertThat(customer.get(path).text("recommendation.message")).endsWith("wants 5, quota allows 3");
        assertThat(customer.get("/v1/quota").text("available.containers")).isEqualTo("0");
    }

    @Test
    void aDeployThatGoesOnIsNotSupersededButAScaleIs() {
        Api customer = api().signedUp();
        String path = service(customer, "");
        look(0);
        String deploy = Objects.requireNonNull(
                customer.patch(path, "{\"env\": {\"A\": \"b\"}}").expect(202).header("Operation-Id"));
        look(100);
        assertThat(wish().replicas()).isEqualTo(2);
        Api.Reply operation = customer.get("/v1/operations/" + deploy).expect(200);
        assertThat(operation.text("state")).isEqualTo("running");
        assertThat(dsl.fetchOne(
                                "select generation from operation_step where operation_id = ?",
                                OperationId.parse(deploy).uuid())
                        .get(0, Long.class))
                .isEqualTo(wish().generation());
        assertThat(wish().env()).containsEntry("A", "b");

        String scale = Objects.requireNonNull(
                customer.patch(path, "{\"replicas\": 3}").expect(202).header("Operation-Id"));
        assertThat(customer.get("/v1/operations/" + deploy).text("state")).isEqualTo("superseded");
        look(100);
        look(100);
        assertThat(wish().replicas()).isEqualTo(5);
        await().until(() ->
                customer.get("/v1/operations/" + scale).text("state").equals("superseded"));
        assertThat(customer.get("/v1/operations/" + scale).text("message")).contains("Berth's own");
    }

    @Test
    void whoWasOvertakenOrIsLateChangesNothing() {
        Api customer = api().signedUp();
        service(customer, "");
        look(0);
        now = now.plusSeconds(15);
        nanos += 15_000_000_000L * LIMIT / 1000;
        long early = turn();
        assertThat(repository.takeTurn(dsl, now.minusSeconds(1), Duration.ofSeconds(15)))
                .as("it is not due")
                .isEqualTo(Optional.empty());
        long late = turn();
        autoscaler.look(early, now);
        assertThat(wish().replicas()).isEqualTo(1);
        autoscaler.look(late, now);
        assertThat(wish().replicas()).isEqualTo(2);
    }

    @Test
    void whatIsStoppedHeldOrUnknownStaysAsItIs() {
        Api customer = api().signedUp();
        String path = service(customer, "");
        look(0);
        StandIns.shared().instead(LOADS, (exchange, _) -> StandIns.problem(exchange, 503, "unavailable", "Not now."));
        look(100);
        assertThat(wish().replicas()).isEqualTo(1);
        tells();
        AccountId account = wish().account();
        dsl.transaction(tx -> workloads.hold(
                tx.dsl(),
                List.of(new Workloads.Hold(account, Optional.of("cap_reached"), Cause.platform(Instant.now())))));
        long generation = customer.get(path).json().path("generation").longValue();
        look(100);
        assertThat(customer.get(path).json().path("generation").longValue()).isEqualTo(generation);
        customer.post(path + "/stop").expect(202);
        look(100);
        assertThat(customer.get(path).text("replicas")).isEqualTo("1");
    }

    @Test
    void whatIsFrozenKeepsItsContainersThoughTheyUseNothing() {
        Api customer = api().signedUp();
        String path = service(customer, ", \"replicas\": 3");
        look(50);
        customer.post(path + "/pause").expect(202);
        for (int i = 0; i < 6; i++) {
            look(0); // longer than its cool-down
        }
        assertThat(wish().replicas()).isEqualTo(3);
        customer.post(path + "/unpause").expect(202);
        for (int i = 0; i < 6; i++) {
            look(0);
        }
        assertThat(wish().replicas()).isEqualTo(1);
    }

    @Test
    void aNumberThatIsSetByHandIsTakenWithinTheBoundsAsKubernetesDoes() {
        Api customer = api().signedUp();
        String path = service(customer, ", \"replicas\": 9");
        assertThat(wish().replicas()).isEqualTo(5);
        assertThat(customer.patch(path, "{\"replicas\": 3}").expect(202).text("replicas"))
                .isEqualTo("3");
        assertThat(customer.patch(path, "{\"autoscale\": {\"min\": 4, \"max\": 6, \"memory_percent\": 70}}")
                        .expect(202)
                        .text("replicas"))
                .isEqualTo("4");
        assertThat(customer.get(path).text("autoscale.cpu_percent")).isEqualTo("null");
        assertThat(customer.get(path).text("autoscale.cooldown_s")).isEqualTo("300");
        Api.Reply without = customer.patch(path, "{\"autoscale\": {\"max\": 0}, \"replicas\": 1}")
                .expect(202);
        assertThat(without.text("autoscale")).isEqualTo("null");
        assertThat(without.text("replicas")).isEqualTo("1");
        assertThat(wish().revision()).as("none of that makes containers anew").isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "service | {\"max\": 3} | autoscale.cpu_percent",
                "service | {\"cpu_percent\": 50} | autoscale.max",
                "service | {\"min\": 0, \"max\": 3, \"cpu_percent\": 50} | autoscale.min",
                "service | {\"min\": 4, \"max\": 3, \"cpu_percent\": 50} | autoscale.max",
                "service | {\"max\": 101, \"cpu_percent\": 50} | autoscale.max",
                "service | {\"max\": 3, \"cpu_percent\": 0} | autoscale.cpu_percent",
                "service | {\"max\": 3, \"cpu_percent\": 101} | autoscale.cpu_percent",
                "service | {\"max\": 3, \"memory_percent\": 101} | autoscale.memory_percent",
                "service | {\"max\": 3, \"cpu_percent\": 50, \"cooldown_s\": 29} | autoscale.cooldown_s",
                "service | {\"max\": 3, \"cpu_percent\": 50, \"cooldown_s\": 3601} | autoscale.cooldown_s",
                "job | {\"max\": 3, \"cpu_percent\": 50} | autoscale"
            })
    void saysWhatIsWrong(String kind, String autoscale, String field) {
        Api.Reply refused = api().signedUp()
                .post(
                        "/v1/workloads",
                        "{\"name\": \"a\", \"kind\": \"%s\", \"image\": \"a\", \"autoscale\": %s}"
                                .formatted(kind, autoscale))
                .expect(422);
        assertThat(refused.text("errors.0.field")).isEqualTo(field);
    }

    @Test
    void excludesAVolumeThatIsWrittenTo() {
        Api customer = api().signedUp();
        customer.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}").expect(202);
        String path = service(customer, "");
        Api.Reply refused = customer.patch(path, "{\"volumes\": [{\"volume\": \"data\", \"path\": \"/data\"}]}")
                .expect(422);
        assertThat(refused.text("errors.0.field")).isEqualTo("autoscale");
        customer.patch(path, "{\"volumes\": [{\"volume\": \"data\", \"path\": \"/data\", \"read_only\": true}]}")
                .expect(202);
    }
}
