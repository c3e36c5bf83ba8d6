package dev.berth.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Plans as the operator makes and changes them. */
class PlanTest extends GatewayTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String PLANS = "/operator/v1/plans";
    private static final String ACCOUNTS = "/operator/v1/accounts/";
    private static final String PLAN = """
            {"name": "%s", "open": true,
             "limits": {"containers": %d, "cpu_millis": 8000, "memory_mib": 16384, "volumes": 5, "volume_gib": 50}}""";

    private Api operator() {
        return api().key(OPERATOR);
    }

    /** A plan that is open, with so many containers; its name. */
    private String plan(int containers) {
        String name = "plan_" + NUMBER.incrementAndGet();
        operator().post(PLANS, PLAN.formatted(name, containers)).expect(201);
        return name;
    }

    private Api.Reply signup(String plan) {
        return api().post("/v1/signup", """
                {"email": "%s", "password": "correct horse", "name": "Ada", "plan": "%s"}""".formatted(Api.email(), plan));
    }

    private static String workload(String name, int replicas) {
        return """
                {"name": "%s", "kind": "service", "image": "berth/sample:1", "replicas": %d}""".formatted(name, replicas);
    }

    private PlanChanged last(String account) {
        return Json.mapper().readValue(payloads(account).getLast(), PlanChanged.class);
    }

    @Test
    void thePlansOfBeforeAreThereAndShown() {
        List<String> shown = new ArrayList<>();
        api().get("/v1/plans")
                .json()
                .path("data")
                .forEach(one -> shown.add(one.path("name").asString()));
        assertThat(shown).startsWith("starter", "team", "business").doesNotContain("showcase");
        assertThat(signup("showcase").expect(201).text("account.plan")).isEqualTo("showcase");
        assertThat(operator().get(PLANS).expect(200).body()).contains("\"showcase\"");
    }

    @Test
    void newAccountsChooseWhatIsOpenAndNothingElse() {
        String name = plan(3);
        assertThat(api().get("/v1/plans").body()).contains(name);
        Api.Reply made = signup(name).expect(201);
        Api customer = api().key(made.text("api_key.secret"));
        assertThat(customer.get("/v1/quota").text("limits.containers")).isEqualTo("3");
        operator()
                .patch(PLANS + "/" + name, "{\"open\": false, \"title\": \"Old friends\"}")
                .expect(200);
        assertThat(api().get("/v1/plans").body()).doesNotContain(name);
        Api.Reply refused = signup(name).expect(422);
        assertThat(refused.text("errors.0.field")).isEqualTo("plan");
        assertThat(refused.text("detail")).contains("is not open to new accounts", "starter");
        assertThat(signup("nonsense").expect(422).text("detail")).contains("must be one of starter");
        customer.post("/v1/workloads", workload("a", 3)).expect(202);
    }

    @Test
    void limitsOfAPlanCountAtOnceForItsAccountsThatHaveNoneOfTheirOwn() {
        String name = plan(4);
        Api.Reply one = signup(name).expect(201);
        String account = one.text("account.id");
        String other = signup(name).expect(201).text("account.id");
        Api customer = api().key(one.text("api_key.secret"));
        Api.Reply terms = operator()
                .patch(ACCOUNTS + other, "{\"quota\": {\"containers\": 9}}")
                .expect(200);
        assertThat(terms.text("own.containers")).isEqualTo("9");
        assertThat(terms.text("own.volumes")).isEqualTo("null");
        String id = customer.post("/v1/workloads", workload("a", 4)).expect(202).text("id");

        operator()
                .patch(PLANS + "/" + name, "{\"limits\": {\"containers\": 2}}")
                .expect(200);
        assertThat(last(account).maxContainers()).isEqualTo(2);
        assertThat(last(account).maxCpuMillis()).isEqualTo(8000);
        assertThat(customer.get("/v1/workloads/" + id).text("desired.state")).isEqualTo("running");
        Api.Reply refused = customer.post("/v1/workloads", workload("b", 1)).expect(403);
        assertThat(refused.text("code")).isEqualTo("quota_exceeded");
        assertThat(refused.text("limit.containers")).isEqualTo("2");
        assertThat(operator().get(ACCOUNTS + other + "/quota").text("limits.containers"))
                .isEqualTo("9");
        operator()
                .patch(ACCOUNTS + other, "{\"quota\": {\"containers\": null}}")
                .expect(200);
        assertThat(last(other).maxContainers()).isEqualTo(2);
    }

    @Test
    void anAccountGetsAnotherPlanAndKeepsWhatIsItsOwn() {
        String account = signup("starter").expect(201).text("account.id");
        Api.Reply terms = operator()
                .patch(ACCOUNTS + account, "{\"plan\": \"team\", \"quota\": {\"volumes\": 7}}")
                .expect(200);
        assertThat(terms.text("plan")).isEqualTo("team");
        assertThat(terms.text("limits.containers")).isEqualTo("50");
        assertThat(terms.text("limits.volumes")).isEqualTo("7");
        assertThat(last(account).plan()).isEqualTo("team");
        assertThat(last(account).maxVolumes()).isEqualTo(7);
        operator()
                .post(ACCOUNTS + account + "/plan", "{\"plan\": \"business\"}")
                .expect(200);
        assertThat(last(account).maxVolumes()).isEqualTo(100);
        operator().patch(ACCOUNTS + account, "{\"plan\": \"nonsense\"}").expect(422);
    }

    @Test
    void whatIsWrongIsSaid() {
        String name = plan(1);
        Api operator = operator();
        operator.post(PLANS, PLAN.formatted(name, 1)).expect(409);
        operator.post(PLANS, PLAN.formatted("Big Plan", 1)).expect(422);
        assertThat(operator.post(PLANS, "{\"name\": \"half\", \"limits\": {\"containers\": 1}}")
                        .expect(422)
                        .text("errors.0.field"))
                .isEqualTo("limits");
        operator.patch(PLANS + "/" + name, "{\"open\": false, \"listed\": true}")
                .expect(422);
        operator.patch(PLANS + "/" + name, "{\"limits\": {\"containers\": -1}}").expect(422);
        operator.patch(PLANS + "/nonsense", "{\"open\": false}").expect(404);
        String account = signup("starter").text("account.id");
        operator.patch(ACCOUNTS + account, "{\"quota\": {\"horses\": 1}}").expect(422);
        operator.patch(ACCOUNTS + account, "{\"quota\": {\"volumes\": -1}}").expect(422);
        operator.patch(ACCOUNTS + "acct_nonsense", "{}").expect(404);
    }

    /** Sign-ups that race with a change of their plan: each ends with the limits that the plan has. */
    @Test
    void noAccountSlipsPastAChangeOfItsPlan() throws Exception {
        String name = plan(8);
        List<Callable<Api.Reply>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(() -> signup(name));
        }
        calls.add(3, () -> operator().patch(PLANS + "/" + name, "{\"limits\": {\"containers\": 5}}"));
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Api.Reply> call : executor.invokeAll(calls)) {
                assertThat(call.get().status()).isIn(200, 201);
            }
        }
        assertThat(superuser().fetch("""
                        select q.max_containers from gateway.quota q join gateway.account a using (account_id)
                        where a.plan = ?""", name).getValues(0, Integer.class))
                .hasSize(6)
                .containsOnly(5);
    }
}
