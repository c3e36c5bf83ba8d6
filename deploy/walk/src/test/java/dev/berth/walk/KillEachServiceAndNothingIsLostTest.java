package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Crash-only: {@code kill -9} of any service in the middle of anything loses no second and doubles none. */
@Tag("walk")
class KillEachServiceAndNothingIsLostTest {
    private final Ring ring = Ring.shared();

    @Test
    void everyServiceDiesInTheMiddleAndTheSumsEqualDockersOwnToTheMillisecond() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            String web = customer.launch("web", "service", 1);
            customer.awaitRunning(web, 1);
            int replicas = 1;
            int jobs = 0;
            for (String victim : ring.killable()) {
                String job = customer.launch("job-" + victim, "job", 1, "/bin/sh", "-c", "sleep 1");
                jobs++;
                replicas = replicas == 1 ? 3 : 1;
                customer.api()
                        .persist("PATCH", "/v1/workloads/" + web, Map.of("replicas", replicas))
                        .expect(202);
                ring.kill(victim); // while containers start, stop, and end by themselves
                ring.awaitReady();
                customer.awaitRunning(web, replicas);
                customer.awaitObserved(job, "finished");
            }
            customer.api().persist("POST", "/v1/workloads/" + web + "/stop", "").expect(202);
            customer.awaitObserved(web, "stopped");
            Until.value("no container runs", Duration.ofSeconds(30), witness::running, it -> it == 0);

            Map<String, Long> docker = witness.ms();
            assertThat(docker.size())
                    .as("three more replicas at each second step, and the jobs")
                    .isGreaterThanOrEqualTo(jobs + 3);
            Until.value("the meter agrees with Docker", Duration.ofSeconds(30), customer::meter, docker::equals);
            JsonNode invoice = customer.close(ring);
            assertThat(customer.invoiced(invoice.at("/id").asString())).isEqualTo(docker);
            assertThat(ring.operator()
                            .get("/operator/v1/quarantine")
                            .expect(200)
                            .at("/data"))
                    .isEmpty();
        }
    }
}
