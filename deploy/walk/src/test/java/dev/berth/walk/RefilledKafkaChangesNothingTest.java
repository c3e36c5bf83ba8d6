package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** PostgreSQL is the system of record: when Kafka's log is lost the outboxes fill it again, and nothing changes. */
@Tag("walk")
class RefilledKafkaChangesNothingTest {
    private final Ring ring = Ring.shared();

    @Test
    void kafkaLosesItsWholeLogAndEverySecondIsStillBilledOnce() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            String web = customer.launch("web", "service", 2);
            customer.awaitRunning(web, 2);
            String job = customer.launch("before", "job", 1, "/bin/sh", "-c", "sleep 1");
            customer.awaitObserved(job, "finished");

            ring.loseKafka();
            customer.api()
                    .persist("PATCH", "/v1/workloads/" + web, Map.of("replicas", 1))
                    .expect(202);
            ring.awaitReady();
            customer.awaitRunning(web, 1);
            String after = customer.launch("after", "job", 1, "/bin/sh", "-c", "sleep 1");
            customer.awaitObserved(after, "finished");
            customer.api().persist("POST", "/v1/workloads/" + web + "/stop", "").expect(202);
            customer.awaitObserved(web, "stopped");

            Map<String, Long> docker = witness.ms();
            assertThat(docker).hasSize(4);
            Until.value("the meter agrees with Docker", Duration.ofSeconds(30), customer::meter, docker::equals);
            JsonNode invoice = customer.close(ring);
            assertThat(customer.invoiced(invoice.at("/id").asString())).isEqualTo(docker);
        }
    }
}
