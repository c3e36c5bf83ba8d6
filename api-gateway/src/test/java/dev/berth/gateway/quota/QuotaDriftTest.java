package dev.berth.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class QuotaDriftTest extends GatewayTest {
    /** Four callers at once do whatever they like; what is held is what is to run, and never more than the limit. */
    @Test
    void holdsExactlyWhatIsToRunAfterAnyOrderOfCalls() throws Exception {
        Api customer = api().signedUp();
        List<Callable<Integer>> callers = new ArrayList<>();
        for (int seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            callers.add(() -> play(customer, random));
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> caller : executor.invokeAll(callers)) {
                assertThat(caller.get()).isZero();
            }
        }
        long containers = 0;
        long cpuMillis = 0;
        for (JsonNode one :
                customer.get("/v1/workloads?state=running&limit=200").json().path("data")) {
            containers += one.path("replicas").longValue();
            cpuMillis +=
                    one.path("replicas").longValue() * one.path("cpu_millis").longValue();
        }
        Api.Reply quota = customer.get("/v1/quota");
        assertThat(quota.text("used.containers")).isEqualTo(Long.toString(containers));
        assertThat(quota.text("used.cpu_millis")).isEqualTo(Long.toString(cpuMillis));
        assertThat(containers).isBetween(0L, 10L); // the last call of each may have been a stop
        assertThat(customer.get("/v1/workloads?state=removed&limit=200").json().path("data"))
                .as("workloads were made and removed on the way")
                .isNotEmpty();
    }

    /** Answers how many calls broke. */
    private static int play(Api customer, Random random) {
        int broken = 0;
        for (int i = 0; i < 25; i++) {
            String name = "w" + random.nextInt(6);
            JsonNode there = customer.get("/v1/workloads?name=" + name).json().path("data");
            int replicas = 1 + random.nextInt(5);
            Api.Reply reply;
            if (there.isEmpty()) {
                reply = customer.post(
                        "/v1/workloads",
                        "{\"name\": \"%s\", \"kind\": \"service\", \"image\": \"a\", \"replicas\": %d}"
                                .formatted(name, replicas));
            } else {
                String path = "/v1/workloads/" + there.path(0).path("id").stringValue();
                reply = switch (random.nextInt(5)) {
                    case 0 -> customer.delete(path);
                    case 1 -> customer.post(path + "/stop");
                    case 2 -> customer.post(path + "/start");
                    case 3 -> customer.patch(path, "{\"size\": \"s\"}");
                    default -> customer.patch(path, "{\"replicas\": %d}".formatted(replicas));
                };
            }
            if (!List.of(202, 403, 409).contains(reply.status())) {
                broken++;
            }
        }
        return broken;
    }
}
