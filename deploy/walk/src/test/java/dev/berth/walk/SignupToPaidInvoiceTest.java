package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The main job, once around the ring: from a signup to a paid invoice. */
@Tag("walk")
class SignupToPaidInvoiceTest {
    private final Ring ring = Ring.shared();

    @Test
    void everySecondThatDockerSawIsOnThePaidInvoiceAndNoOther() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            assertThat(customer.api()
                            .get("/v1/quota")
                            .expect(200)
                            .at("/used/containers")
                            .asInt())
                    .isZero();
            JsonNode quote = customer.api()
                    .post(
                            "/v1/workloads?dry_run=true",
                            Map.of("name", "web", "kind", "service", "image", "berth/sample:1", "size", "xs"))
                    .expect(200);
            assertThat(quote.at("/dry_run").asBoolean()).isTrue();
            assertThat(quote.at("/per_hour/amount_minor").asLong()).isPositive();

            String web = customer.launch("web", "service", 1);
            String job = customer.launch("report", "job", 1, "/bin/sh", "-c", "echo forty-two; sleep 2");
            customer.awaitRunning(web, 1);
            customer.awaitObserved(job, "finished");
            assertThat(customer.api().text("/v1/workloads/" + job + "/logs")).contains("forty-two");

            customer.api().patch("/v1/workloads/" + web, Map.of("replicas", 2)).expect(202);
            customer.awaitRunning(web, 2);
            customer.api().post("/v1/workloads/" + web + "/stop", "").expect(202);
            customer.awaitObserved(web, "stopped");

            Map<String, Long> docker = witness.ms();
            assertThat(docker).hasSize(3);
            Until.value("the meter agrees with Docker", Duration.ofSeconds(20), customer::meter, docker::equals);

            JsonNode invoice = customer.close(ring);
            assertThat(customer.invoiced(invoice.at("/id").asString())).isEqualTo(docker);
            long lines = 0;
            for (JsonNode line : invoice.at("/lines")) {
                lines += line.at("/amount/amount_minor").asLong();
            }
            assertThat(invoice.at("/subtotal/amount_minor").asLong()).isEqualTo(lines);
            assertThat(invoice.at("/amount_due/amount_minor").asLong()).isPositive();
            assertThat(invoice.at("/status").asString()).isEqualTo("final");

            JsonNode paid = customer.api()
                    .post("/v1/invoices/" + invoice.at("/id").asString() + "/pay", card("4242424242424242"))
                    .expect(200);
            assertThat(paid.at("/status").asString()).isEqualTo("paid");
            assertThat(paid.at("/amount_due/amount_minor").asLong()).isZero();

            List<String> told = Until.value(
                    "the last event",
                    Duration.ofSeconds(10),
                    () -> types(customer),
                    it -> it.contains("payment.succeeded"));
            // How often a rollout is looked at on its way depends on how long a start takes.
            assertThat(told.stream().filter(type -> type.startsWith("rollout.")))
                    .contains("rollout.complete")
                    .isSubsetOf("rollout.progressing", "rollout.complete");
            assertThat(told.stream().filter(type -> !type.startsWith("rollout.")))
                    .containsExactlyInAnyOrder(
                            "account.opened",
                            "tenant.ready",
                            "workload.created", // web
                            "workload.created", // report
                            "workload.updated", // web, two replicas
                            "workload.updated", // web, stopped
                            "container.started",
                            "container.started",
                            "container.started",
                            "container.stopped",
                            "container.stopped",
                            "container.stopped",
                            "invoice.finalized",
                            "payment.succeeded");
            JsonNode balance =
                    ring.operator().get("/operator/v1/ledger/trial_balance").expect(200);
            assertThat(balance.at("/balanced").asBoolean()).as("%s", balance).isTrue();
        }
    }

    static Map<String, Object> card(String number) {
        return Map.of("card", Map.of("number", number, "exp_month", 12, "exp_year", 2040, "cvc", "123"));
    }

    /** All events but those of use, whose number depends on how the minutes fell. */
    static List<String> types(Customer customer) {
        List<String> types = new ArrayList<>();
        for (JsonNode event :
                customer.api().get("/v1/events?limit=200").expect(200).at("/data")) {
            String type = event.at("/type").asString();
            if (!type.startsWith("usage.")) {
                types.add(type);
            }
        }
        return types;
    }
}
