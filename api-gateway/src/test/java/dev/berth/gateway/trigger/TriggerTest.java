package dev.berth.gateway.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.WorkloadDesired;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** Triggers over HTTP. */
class TriggerTest extends GatewayTest {
    private static String service(Api customer, String name) {
        return customer.post("/v1/workloads", """
                        {"name": "%s", "kind": "service", "image": "berth/sample:1", "cpu_millis": 10, "memory_mib": 16, "env": {"TOKEN": "hunter2"}}""".formatted(name)).expect(202).text("id");
    }

    private static Api.Reply make(Api customer, String workload, String body) {
        return customer.post("/v1/workloads/%s/triggers".formatted(workload), body);
    }

    /** The path of a trigger's URL. */
    private String pathOf(Api.Reply made) {
        String url = made.expect(201).text("url");
        assertThat(url).startsWith(api().base() + "/v1/triggers/berth_tr_");
        return url.substring(api().base().length());
    }

    private WorkloadDesired wish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    @Test
    void aCallMakesTheContainersAnewAndSaysWhoDidIt() {
        Api customer = api().signedUp();
        String web = service(customer, "web");
        Api.Reply made = make(customer, web, "{\"name\": \"hub\", \"action\": \"redeploy\"}");
        String path = pathOf(made);
        String hub = "{\"push_data\": {\"tag\": \"latest\"}, \"repository\": {\"repo_name\": \"a/b\"}}";
        Api.Reply called = api().post(path, hub).expect(202);
        assertThat(called.body()).doesNotContain("hunter2").doesNotContain("berth_tr_");
        assertThat(called.text("workload")).isEqualTo(web);
        assertThat(wish(web).run()).isEqualTo(2);

        String operation = Objects.requireNonNull(called.header("Operation-Id"));
        assertThat(called.text("operation")).isEqualTo(operation);
        Api.Reply told = customer.get("/v1/operations/" + operation).expect(200);
        assertThat(told.text("actor")).isEqualTo(made.text("id")).startsWith("trg_");
        assertThat(told.text("verb")).isEqualTo("workload.restart");
        assertThat(told.text("address")).isEqualTo("127.0.0.1");

        Api.Reply listed =
                customer.get("/v1/workloads/%s/triggers".formatted(web)).expect(200);
        assertThat(listed.text("data.0.uses")).isEqualTo("1");
        assertThat(listed.text("data.0.last_used_at")).startsWith("20");
        assertThat(listed.body()).doesNotContain("berth_tr_");

        api().post(path).expect(202);
        api().form(path, Map.of("payload", "{}")).expect(202);
        assertThat(wish(web).run()).isEqualTo(4);
        customer.post("/v1/workloads/%s/stop".formatted(web)).expect(202);
        assertThat(api().post(path).expect(409).text("detail")).contains("stopped");
        assertThat(customer.get("/v1/workloads/%s/triggers".formatted(web)).text("data.0.uses"))
                .as("a call that was refused is none")
                .isEqualTo("3");
    }

    @Test
    void scalesWithinItsBoundsAndTheQuota() {
        Api customer = api().signedUp();
        String web = service(customer, "web");
        String set =
                pathOf(make(customer, web, "{\"name\": \"set\", \"action\": \"scale\", \"replicas\": 3, \"max\": 5}"));
        assertThat(api().post(set).expect(202).text("replicas")).isEqualTo("3");
        Api.Reply again = api().post(set).expect(200);
        assertThat(again.text("changed")).isEqualTo("false");
        assertThat(again.header("Operation-Id")).isNull();
        assertThat(api().post(set + "?replicas=5").expect(202).text("replicas")).isEqualTo("5");
        assertThat(api().post(set, "{\"replicas\": 2}").expect(202).text("replicas"))
                .isEqualTo("2");
        assertThat(api().post(set + "?step=+9").expect(202).text("replicas")).isEqualTo("5");
        assertThat(api().post(set + "?replicas=6").expect(422).text("errors.0.message"))
                .isEqualTo("must be from 1 to 5");
        assertThat(api().post(set + "?replicas=many").expect(422).text("errors.0.field"))
                .isEqualTo("replicas");

        int most = Integer.parseInt(customer.get("/v1/quota").text("limits.containers"));
        String grow = pathOf(make(
                customer,
                web,
                "{\"name\": \"grow\", \"action\": \"scale\", \"step\": %d, \"max\": 100}".formatted(most)));
        Api.Reply refused = api().post(grow).expect(403);
        assertThat(refused.text("code")).isEqualTo("quota_exceeded");
        assertThat(wish(web).replicas()).isEqualTo(5);
    }

    @Test
    void ofManyCallsAtOnceEachStepCounts() throws Exception {
        Api customer = api().signedUp();
        String web = service(customer, "web");
        String path =
                pathOf(make(customer, web, "{\"name\": \"one-more\", \"action\": \"scale\", \"step\": 1, \"max\": 9}"));
        List<Callable<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            callers.add(() -> api().post(path).status());
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> caller : executor.invokeAll(callers)) {
                assertThat(caller.get()).isEqualTo(202);
            }
        }
        assertThat(wish(web).replicas()).isEqualTo(7);
    }

    @Test
    void isSlowedDownEachForItself() {
        Api customer = api().signedUp();
        String web = service(customer, "web");
        String one = pathOf(make(customer, web, "{\"name\": \"one\", \"action\": \"redeploy\"}"));
        String other = pathOf(make(customer, web, "{\"name\": \"other\", \"action\": \"redeploy\"}"));
        for (int i = 0; i < 10; i++) {
            api().post(one).expect(202);
        }
        Api.Reply late = api().post(one).expect(429);
        assertThat(late.header("Retry-After")).isNotNull();
        api().post(other).expect(202);
    }

    @Test
    void leadsNowhereWithoutItsSecretItsTriggerOrItsWorkload() {
        Api customer = api().signedUp();
        String web = service(customer, "web");
        Api.Reply made = make(customer, web, "{\"name\": \"ci\", \"action\": \"redeploy\"}");
        String path = pathOf(made);
        String wrong = path.substring(0, path.length() - 1) + (path.endsWith("0") ? "1" : "0");
        Api.Reply missing = api().post(wrong).expect(404);
        assertThat(missing.body()).doesNotContain(wrong.substring(wrong.lastIndexOf('/') + 1));
        String detail = missing.text("detail");

        Api foreign = api().signedUp();
        String triggers = "/v1/workloads/%s/triggers".formatted(web);
        foreign.get(triggers).expect(404);
        make(foreign, web, "{\"name\": \"ci\", \"action\": \"redeploy\"}").expect(404);
        foreign.delete(triggers + "/" + made.text("id")).expect(404);
        assertThat(make(customer, web, "{\"name\": \"ci\", \"action\": \"redeploy\"}")
                        .expect(409)
                        .text("code"))
                .isEqualTo("name_taken");
        api().post(path).expect(202);

        customer.delete(triggers + "/" + made.text("id")).expect(204);
        assertThat(api().post(path).expect(404).text("detail")).isEqualTo(detail);
        String next = pathOf(make(customer, web, "{\"name\": \"ci\", \"action\": \"redeploy\"}"));
        customer.delete("/v1/workloads/" + web).expect(202);
        assertThat(api().post(next).expect(404).text("detail")).isEqualTo(detail);
        make(customer, web, "{\"name\": \"late\", \"action\": \"redeploy\"}").expect(409);
    }

    @Test
    void aWorkloadHasNoMoreThanTen() {
        Api customer = api().signedUp();
        String web = service(customer, "web");
        for (int i = 0; i < Triggers.MAX_TRIGGERS; i++) {
            make(customer, web, "{\"name\": \"t%d\", \"action\": \"redeploy\"}".formatted(i))
                    .expect(201);
        }
        assertThat(make(customer, web, "{\"name\": \"more\", \"action\": \"redeploy\"}")
                        .expect(409)
                        .text("limit"))
                .isEqualTo("10");
    }

    @Test
    void theSecretIsInNoRowAndInNoPathThatIsLogged() {
        Api customer = api().signedUp();
        String web = service(customer, "web");
        String path = pathOf(make(customer, web, "{\"name\": \"ci\", \"action\": \"redeploy\"}"));
        api().with("Idempotency-Key", "once-" + web).post(path).expect(202);
        api().with("Idempotency-Key", "once-" + web).post(path).expect(202);
        assertThat(wish(web).run()).as("one call, sent twice").isEqualTo(2);
        String secret = path.substring(path.lastIndexOf('/') + 1);
        for (String table : List.of("workload_trigger", "operation", "outbox", "idempotency")) {
            assertThat(dsl.fetch("select t::text from {0} t", DSL.name(table)).formatCSV())
                    .as(table)
                    .doesNotContain(secret);
        }
        assertThat(Words.path(path)).isEqualTo("/v1/triggers/…");
        assertThat(Words.path("/v1/workloads/x")).isEqualTo("/v1/workloads/x");
    }
}
