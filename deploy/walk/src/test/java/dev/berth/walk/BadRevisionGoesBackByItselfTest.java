package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A revision that cannot run replaces nothing: the rollout goes back by itself and says why; and a way back by hand costs nothing. */
@Tag("walk")
class BadRevisionGoesBackByItselfTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Ring ring = Ring.shared();

    @Test
    void aRolloutThatFailsLeavesWhatServedAndEachOfItsSecondsIsMetered() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            String web = customer.api()
                    .post(
                            "/v1/workloads",
                            Map.of(
                                    "name", "web",
                                    "kind", "service",
                                    "image", "berth/sample:1",
                                    "size", "xs",
                                    "replicas", 2,
                                    "health_check", Map.of("type", "http", "port", 8080, "interval_s", 5),
                                    "rollout", Map.of("deadline_s", 60)))
                    .expect(202)
                    .at("/id")
                    .asString();
            awaitRollout(customer, web, "complete");
            awaitOperation(customer, web, "workload.create", "succeeded");
            Set<String> serving = running(customer, web);
            assertThat(serving).hasSize(2);

            patch(customer, web, Map.of("command", List.of("/bin/sh", "-c", "exit 3")));
            JsonNode early = awaitRollout(customer, web, "rolled_back");
            assertThat(early.at("/observed/message").asString()).contains("3 times in a row", "exit code 3");
            assertThat(running(customer, web)).isEqualTo(serving);
            JsonNode failed = awaitOperation(customer, web, "workload.deploy", "failed");
            assertThat(failed.at("/message").asString()).contains("3 times in a row");

            patch(customer, web, Map.of("command", List.of("/bin/sleep", "3600"), "rollout", Map.of("deadline_s", 30)));
            JsonNode late = awaitRollout(customer, web, "rolled_back", 3);
            assertThat(late.at("/observed/message").asString()).contains("not complete within 30 s", "8080");
            assertThat(running(customer, web)).containsAll(serving);

            customer.api()
                    .post("/v1/workloads/" + web + "/rollback", Map.of("revision", 1))
                    .expect(202);
            JsonNode back = awaitRollout(customer, web, "complete");
            assertThat(back.at("/desired/revision").asInt()).isOne();
            assertThat(running(customer, web))
                    .as("containers of the revision are its own again")
                    .isEqualTo(serving);
            awaitOperation(customer, web, "workload.rollback", "succeeded");

            customer.api().delete("/v1/workloads/" + web).expect(202);
            Until.value("no container runs", Duration.ofSeconds(30), witness::running, it -> it == 0);
            awaitOperation(customer, web, "workload.remove", "succeeded");
            Map<String, Long> docker = new TreeMap<>(witness.ms());
            assertThat(docker).hasSizeGreaterThan(4);
            // Docker writes a start down after the process began: one that ended at once has its end up to milliseconds
            // before it.
            docker.values().removeIf(ms -> ms <= 0);
            Until.value(
                    "the meter agrees with Docker: " + docker, Duration.ofSeconds(20), customer::meter, docker::equals);
        }
    }

    private static void patch(Customer customer, String workload, Map<String, ?> change) {
        customer.api().patch("/v1/workloads/" + workload, change).expect(202);
    }

    private static JsonNode awaitRollout(Customer customer, String workload, String state) {
        return awaitRollout(customer, workload, state, 0);
    }

    private static JsonNode awaitRollout(Customer customer, String workload, String state, int revision) {
        return Until.value(
                "the rollout is " + state,
                SOON,
                () -> customer.api().get("/v1/workloads/" + workload).expect(200),
                it -> it.at("/observed/rollout/state").asString("").equals(state)
                        && it.at("/observed/rollout/revision").asInt()
                                == it.at("/desired/revision").asInt()
                        && it.at("/observed/rollout/revision").asInt() >= revision);
    }

    /** The latest operation of a workload, once it is this one and has come to this. */
    private static JsonNode awaitOperation(Customer customer, String workload, String verb, String state) {
        return Until.value(
                        verb + " has " + state,
                        SOON,
                        () -> customer.api()
                                .get("/v1/operations?limit=1&subject=" + workload)
                                .expect(200),
                        it -> it.at("/data/0/verb").asString("").equals(verb)
                                && it.at("/data/0/state").asString("").equals(state))
                .at("/data/0");
    }

    private static Set<String> running(Customer customer, String workload) {
        Set<String> ids = new TreeSet<>();
        customer.api()
                .get("/v1/workloads/" + workload + "/containers?state=running")
                .expect(200)
                .at("/data")
                .forEach(container -> ids.add(container.at("/id").asString()));
        return ids;
    }
}
