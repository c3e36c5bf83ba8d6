package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A job's indices run side by side, each once, whatever dies meanwhile; what its owner pauses is neither lost nor billed otherwise; and
 * Docker, meter and invoice say the same of all of it.
 */
@Tag("walk")
class AJobOfManyIndicesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int INDICES = 12;
    private static final int AT_ONCE = 4;

    private final Ring ring = Ring.shared();

    @Test
    void eachIndexRunsOnceAndAPauseLosesNothing() {
        Customer customer = Customer.signUp(ring);
        Api api = customer.api();
        try (Witness witness = new Witness(customer.account())) {
            String job = job(api);
            Until.value(
                    "some of it has ended",
                    PATIENCE,
                    () -> run(api, job).at("/succeeded").asInt(),
                    succeeded -> succeeded >= 2);
            assertThat(witness.running()).isBetween(0L, (long) AT_ONCE);
            ring.kill("provisioner");
            ring.awaitReady();
            Until.value(
                    "the run has ended",
                    PATIENCE,
                    () -> run(api, job),
                    it -> it.at("/state").asString().equals("succeeded"));
            assertThat(run(api, job).at("/succeeded").asInt()).isEqualTo(INDICES);
            assertThat(run(api, job).at("/failed").asInt()).isZero();
            assertThat(said(api, job)).hasSize(INDICES);
            assertThat(witness.count()).isEqualTo(INDICES);

            String web =
                    customer.launch("web", "service", 1, "/bin/sh", "-c", "while :; do echo tick; sleep 0.2; done");
            String before =
                    container(customer.awaitRunning(web, 1), api).at("/id").asString();
            api.persist("POST", "/v1/workloads/%s/pause".formatted(web), "").expect(202);
            customer.awaitObserved(web, "paused");
            assertThat(api.get("/v1/containers/" + before)
                            .expect(200)
                            .at("/state")
                            .asString())
                    .isEqualTo("paused");
            assertThat(paused(before)).isEqualTo("true");
            String frozen = customer.latestLog(web);
            ring.kill("provisioner");
            ring.awaitReady();
            assertThat(customer.latestLog(web)).as("it does nothing").isEqualTo(frozen);
            api.persist("POST", "/v1/workloads/%s/unpause".formatted(web), "").expect(202);
            customer.awaitObserved(web, "running");
            Until.value("it goes on", PATIENCE, () -> customer.latestLog(web), it -> it.length() > frozen.length());
            assertThat(container(customer.awaitRunning(web, 1), api).at("/id").asString())
                    .isEqualTo(before);
            api.persist("POST", "/v1/workloads/%s/pause".formatted(web), "").expect(202);
            customer.awaitObserved(web, "paused");
            api.persist("DELETE", "/v1/workloads/" + web, "").expect(202);
            Until.value("nothing runs", PATIENCE, witness::running, it -> it == 0);

            Map<String, Long> docker = witness.ms();
            Until.value("the meter says what Docker says", PATIENCE, customer::meter, it -> it.equals(docker));
            assertThat(customer.invoiced(customer.close(ring).at("/id").asString()))
                    .isEqualTo(docker);
        }
    }

    private static String job(Api api) {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("name", "batch");
        wish.put("kind", "job");
        wish.put("image", "berth/sample:1");
        wish.put("size", "xs");
        wish.put("parallelism", AT_ONCE);
        wish.put("completions", INDICES);
        wish.put("command", List.of("/bin/sh", "-c", "echo index=$BERTH_JOB_INDEX; sleep 3"));
        return api.persist("POST", "/v1/workloads", wish).expect(202).at("/id").asString();
    }

    private static JsonNode run(Api api, String job) {
        return api.get("/v1/workloads/%s/runs".formatted(job)).expect(200).at("/data/0");
    }

    /** What the containers of a job have called themselves. */
    private static Set<String> said(Api api, String job) {
        Set<String> said = new TreeSet<>();
        api.get("/v1/workloads/%s/containers?limit=200".formatted(job))
                .expect(200)
                .at("/data")
                .forEach(container -> said.add(api.text("/v1/containers/%s/logs"
                                .formatted(container.at("/id").asString()))
                        .strip()));
        return said;
    }

    private static JsonNode container(JsonNode workload, Api api) {
        return api.get("/v1/workloads/%s/containers?state=running"
                        .formatted(workload.at("/id").asString()))
                .expect(200)
                .at("/data/0");
    }

    private static String paused(String container) {
        return Witness.docker("inspect", "--format", "{{.State.Paused}}", "berth-" + container)
                .strip();
    }
}
