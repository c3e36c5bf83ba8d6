package dev.berth.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class QuotaTest extends GatewayTest {
    private static String one(String name, int replicas) {
        return "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"xs\", \"replicas\": %d}"
                .formatted(name, replicas);
    }

    @Test
    void letsExactlyTenOfFiftyThroughThatComeAtOnce() throws Exception {
        Api customer = api().signedUp();
        List<Callable<Api.Reply>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String body = one("w" + i, 1);
            calls.add(() -> customer.post("/v1/workloads", body));
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Api.Reply> call : executor.invokeAll(calls)) {
                statuses.add(call.get().status());
            }
        }
        assertThat(statuses.stream().filter(status -> status == 202)).hasSize(10);
        assertThat(statuses.stream().filter(status -> status == 403)).hasSize(40);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("10");
        assertThat(customer.get("/v1/workloads?limit=200").json().path("data").size())
                .isEqualTo(10);
    }

    @Test
    void explainsWhatIsMissing() {
        Api customer = api().signedUp();
        customer.post("/v1/workloads", one("a", 8)).expect(202);
        Api.Reply refused = customer.post("/v1/workloads", one("b", 5)).expect(403);
        assertThat(refused.text("code")).isEqualTo("quota_exceeded");
        assertThat(refused.text("limit.containers")).isEqualTo("10");
        assertThat(refused.text("used.containers")).isEqualTo("8");
        assertThat(refused.text("asked.containers")).isEqualTo("5");
        assertThat(refused.text("missing.containers")).isEqualTo("3");
        assertThat(refused.text("hint")).contains("containers");
        assertThat(customer.get("/v1/quota").text("available.containers")).isEqualTo("2");
    }

    @Test
    void letsWhatIsBeyondALoweredLimitShrinkButNotGrow() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String id = customer.post("/v1/workloads", one("a", 8)).expect(202).text("id");
        api().key(OPERATOR)
                .post("/operator/v1/accounts/" + signup.text("account.id") + "/quota", "{\"containers\": 4}")
                .expect(200);
        customer.patch("/v1/workloads/" + id, "{\"replicas\": 9}").expect(403);
        customer.patch("/v1/workloads/" + id, "{\"replicas\": 6}").expect(202);
        Api.Reply quota = customer.get("/v1/quota");
        assertThat(quota.text("used.containers")).isEqualTo("6");
        assertThat(quota.text("available.containers")).isEqualTo("0");
    }

    @Test
    void scalesWithinTheQuotaOnly() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", one("a", 2)).expect(202).text("id");
        customer.patch("/v1/workloads/" + id, "{\"replicas\": 10}").expect(202);
        customer.patch("/v1/workloads/" + id, "{\"replicas\": 11}").expect(403);
        customer.patch("/v1/workloads/" + id, "{\"size\": \"xl\"}").expect(403);
        assertThat(customer.get("/v1/quota").text("used.cpu_millis")).isEqualTo("2500");
    }
}
