package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A service that is busy gets more containers, loses them when it rests, and is made anew by whoever has the URL of its trigger. */
@Tag("walk")
class AServiceFollowsItsUseAndItsTriggersTest {
    private static final Duration BUSY = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A program that works without a break until a time, and then rests. */
    private static String work(Instant until) {
        return """
                end=%d
                while [ "$(date +%%s)" -lt "$end" ]; do i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done; done
                exec sleep 3600""".formatted(until.getEpochSecond());
    }

    private final Ring ring = Ring.shared();
    private final Customer customer = Customer.signUp(ring);
    private final Api api = customer.api();

    private JsonNode awaitReplicas(String path, int replicas) {
        return Until.value(
                "%d are wished".formatted(replicas),
                PATIENCE,
                () -> api.get(path).expect(200),
                it -> it.at("/desired/replicas").asInt() == replicas);
    }

    private List<JsonNode> events(String type) {
        return StreamSupport.stream(
                        api.get("/v1/events?limit=200&order=asc&type=" + type)
                                .expect(200)
                                .at("/data")
                                .spliterator(),
                        false)
                .toList();
    }

    @Test
    void itGrowsShrinksSaysWhyAndIsRedeployedByAUrl() {
        String work = work(Instant.now().plus(BUSY));
        String web = api.post(
                        "/v1/workloads",
                        Map.of(
                                "name",
                                "web",
                                "kind",
                                "service",
                                "image",
                                "berth/sample:1",
                                "cpu_millis",
                                50,
                                "memory_mib",
                                64,
                                "stop_grace_s",
                                1,
                                "command",
                                List.of("/bin/sh", "-c", work),
                                "autoscale",
                                Map.of("min", 1, "max", 3, "cpu_percent", 50, "cooldown_s", 30)))
                .expect(202)
                .at("/id")
                .asString();
        String path = "/v1/workloads/" + web;
        awaitReplicas(path, 3);
        customer.awaitRunning(web, 3);
        awaitReplicas(path, 1);
        JsonNode rests = customer.awaitRunning(web, 1);
        assertThat(rests.at("/recommendation/message").asString())
                .startsWith("cpu ")
                .contains("aim 50 %");

        List<JsonNode> changes = Until.value(
                "the feed has it",
                PATIENCE,
                () -> events("workload.updated"),
                all -> !all.isEmpty() && all.getLast().at("/data/replicas").asInt() == 1);
        assertThat(changes).allSatisfy(one -> {
            assertThat(one.at("/actor").asString()).isEqualTo("berth");
            assertThat(one.at("/cause/reason").asString()).startsWith("autoscaler: cpu ");
        });
        assertThat(changes.getLast().at("/cause/reason").asString()).endsWith("to 1");
        List<JsonNode> started = events("container.started");
        assertThat(started).hasSize(3);
        assertThat(started.getLast().at("/cause/reason").asString())
                .as("a start says who caused it")
                .endsWith("to 3");

        JsonNode trigger = api.post(path + "/triggers", Map.of("name", "registry", "action", "redeploy"))
                .expect(201);
        String url = URI.create(trigger.at("/url").asString()).getPath();
        String operation = ring.anonymous()
                .post(url, Map.of("push_data", Map.of("tag", "1")))
                .expect(202)
                .at("/operation")
                .asString();
        JsonNode done = Until.value(
                "the redeploy is through",
                PATIENCE,
                () -> api.get("/v1/operations/" + operation).expect(200),
                it -> !it.at("/state").asString().equals("running"));
        assertThat(done.at("/state").asString()).isEqualTo("succeeded");
        assertThat(done.at("/actor").asString())
                .isEqualTo(trigger.at("/id").asString())
                .startsWith("trg_");
        assertThat(events("container.started").getLast().at("/actor").asString())
                .isEqualTo(trigger.at("/id").asString());
        assertThat(api.get(path + "/triggers").expect(200).at("/data/0/uses").asInt())
                .isEqualTo(1);

        api.delete(path).expect(202);
        ring.anonymous().post(url, Map.of()).expect(404);
    }
}
