package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who does not pay is stopped, in steps that were announced; who pays runs again. */
@Tag("walk")
class UnpaidInvoiceStopsContainersTest {
    private final Ring ring = Ring.shared();

    @Test
    void anOverdueInvoiceSuspendsTheAccountAndPayingItBringsTheContainersBack() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            String web = customer.launch("web", "service", 1);
            customer.awaitRunning(web, 1);
            Until.value("something is owed", Duration.ofMinutes(1), () -> owed(customer), it -> it > 0);
            JsonNode invoice = customer.close(ring);
            Instant due = Instant.parse(invoice.at("/due_at").asString());

            dunningAsOf(customer, due.minusSeconds(1));
            assertThat(standing(customer)).isEqualTo("good");

            dunningAsOf(customer, due.plusSeconds(1));
            awaitStanding(customer, "past_due");
            assertThat(witness.running()).isOne();

            dunningAsOf(customer, due.plus(30, ChronoUnit.DAYS));
            awaitStanding(customer, "suspended");
            JsonNode held = customer.awaitObserved(web, "stopped");
            assertThat(held.at("/desired/state").asString()).isEqualTo("stopped");
            Until.value("no container runs", Duration.ofSeconds(30), witness::running, it -> it == 0);
            JsonNode refusal = customer.api()
                    .post(
                            "/v1/workloads",
                            Map.of("name", "more", "kind", "service", "image", "berth/sample:1", "size", "xs"))
                    .expect(402);
            assertThat(refusal.at("/code").asString()).isEqualTo("account_suspended");
            assertThat(refusal.at("/hint").asString()).isNotBlank();

            JsonNode declined = customer.api()
                    .post(
                            "/v1/invoices/" + invoice.at("/id").asString() + "/pay",
                            SignupToPaidInvoiceTest.card("4000000000009995"))
                    .expect(402);
            assertThat(declined.at("/code").asString()).isEqualTo("insufficient_funds");
            assertThat(witness.running()).isZero();

            customer.api()
                    .post(
                            "/v1/invoices/" + invoice.at("/id").asString() + "/pay",
                            SignupToPaidInvoiceTest.card("4242424242424242"))
                    .expect(200);
            awaitStanding(customer, "good");
            customer.awaitRunning(web, 1);
            assertThat(witness.running()).isOne();

            customer.api().delete("/v1/workloads/" + web).expect(202);
            Until.value("no container runs", Duration.ofSeconds(30), witness::running, it -> it == 0);
            assertThat(witness.count()).as("one before, one after").isEqualTo(2);
            Map<String, Long> docker = witness.ms();
            Until.value("the meter agrees with Docker", Duration.ofSeconds(20), customer::meter, docker::equals);
        }
    }

    private static long owed(Customer customer) {
        return customer.api()
                .get("/v1/invoices/upcoming")
                .expect(200)
                .at("/total/amount_minor")
                .asLong();
    }

    private void dunningAsOf(Customer customer, Instant at) {
        ring.operator()
                .post("/operator/v1/billing/dunning/run", Map.of("account", customer.account(), "at", at.toString()))
                .expect(200);
    }

    private static String standing(Customer customer) {
        return customer.api().get("/v1/account").expect(200).at("/standing").asString();
    }

    private static void awaitStanding(Customer customer, String standing) {
        Until.value("the account is " + standing, Duration.ofSeconds(20), () -> standing(customer), standing::equals);
    }
}
