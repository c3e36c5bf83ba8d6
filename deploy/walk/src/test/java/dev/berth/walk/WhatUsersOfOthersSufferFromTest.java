package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What users of other platforms complain of most, and which has no walk of its own: jobs that run away, logs that go with their
 * container, writes that cannot be sent twice, starts that nobody can explain.
 */
@Tag("walk")
class WhatUsersOfOthersSufferFromTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int AT_MOST_SECONDS = 10;

    private final Ring ring = Ring.shared();
    private final Customer customer = Customer.signUp(ring);
    private final Api api = customer.api();

    @Test
    void aJobThatRunsAwayIsEndedAndBilledNoLongerThanItMayRun() {
        try (Witness witness = new Witness(customer.account())) {
            Map<String, Object> wish = new LinkedHashMap<>();
            wish.put("name", "runaway");
            wish.put("kind", "job");
            wish.put("image", "berth/sample:1");
            wish.put("size", "xs");
            wish.put("max_runtime_s", AT_MOST_SECONDS);
            wish.put("stop_grace_s", 1);
            wish.put("command", List.of("/bin/sh", "-c", "while :; do sleep 1; done"));
            String job = api.persist("POST", "/v1/workloads", wish)
                    .expect(202)
                    .at("/id")
                    .asString();
            JsonNode run = Until.value(
                    "the run has ended",
                    PATIENCE,
                    () -> api.get("/v1/workloads/%s/runs".formatted(job))
                            .expect(200)
                            .at("/data/0"),
                    it -> !it.at("/state").asString().equals("running")
                            && !it.at("/finished_at").isNull());
            assertThat(run.at("/state").asString()).isEqualTo("failed");
            Until.value("nothing runs", PATIENCE, witness::running, it -> it == 0);
            assertThat(witness.count()).as("it is not tried again").isEqualTo(1);
            Map<String, Long> docker = witness.ms();
            assertThat(docker.values()).allMatch(ms -> ms >= AT_MOST_SECONDS * 1000L && ms < AT_MOST_SECONDS * 2000L);
            Until.value("the meter says what Docker says", PATIENCE, customer::meter, it -> it.equals(docker));
        }
    }

    @Test
    void logsStayWhenTheContainerIsGoneAndEveryStartSaysWhoCausedIt() {
        String web =
                customer.launch("web", "service", 1, "/bin/sh", "-c", "echo last words; while :; do sleep 1; done");
        customer.awaitRunning(web, 1);
        JsonNode container = api.get("/v1/workloads/%s/containers".formatted(web))
                .expect(200)
                .at("/data/0");
        String id = container.at("/id").asString();
        Until.value("it has spoken", PATIENCE, () -> logs(id), it -> it.contains("last words"));
        api.persist("DELETE", "/v1/workloads/" + web, "").expect(202);
        Until.value(
                "Docker has nothing of it",
                PATIENCE,
                () -> Witness.docker("ps", "--all", "--quiet", "--filter", "name=berth-" + id),
                String::isBlank);
        assertThat(logs(id)).contains("last words");

        JsonNode started = Until.value(
                "the start is told",
                PATIENCE,
                () -> api.get("/v1/events?type=container.started&workload=" + web)
                        .expect(200)
                        .at("/data"),
                it -> !it.isEmpty());
        for (JsonNode event : started) {
            assertThat(event.at("/cause/operation").asString()).startsWith("op_");
            assertThat(event.at("/cause/actor").asString()).startsWith("key_");
            assertThat(Instant.parse(event.at("/cause/at").asString()))
                    .isBefore(Instant.parse(event.at("/time").asString()));
        }
    }

    @Test
    void aWriteThatIsSentAgainAfterItsAnswerWasLostIsDoneOnce() {
        String key = UUID.randomUUID().toString();
        Map<String, Object> wish = Map.of("name", "once", "kind", "service", "image", "berth/sample:1", "size", "xs");
        String first = api.persist("POST", "/v1/workloads", wish, key)
                .expect(202)
                .at("/id")
                .asString();
        ring.kill("gateway");
        ring.awaitReady();
        assertThat(api.persist("POST", "/v1/workloads", wish, key)
                        .expect(202)
                        .at("/id")
                        .asString())
                .isEqualTo(first);
        assertThat(api.get("/v1/workloads").expect(200).at("/data")).hasSize(1);
        Map<String, Object> other = new LinkedHashMap<>(wish);
        other.put("replicas", 2);
        api.persist("POST", "/v1/workloads", other, key).expect(409);
        api.persist("DELETE", "/v1/workloads/" + first, "").expect(202);
    }

    private String logs(String container) {
        return api.text("/v1/containers/%s/logs".formatted(container));
    }
}
