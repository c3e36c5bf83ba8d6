package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who sets a spend cap is told in time, pays little more than it, and runs again when it is raised. */
@Tag("walk")
class ASpendCapStopsContainersTest {
    /** What a container of this size costs: a quarter of a core and of a GiB at 10 and 2 cents a second. */
    private static final double CENTS_A_SECOND = 3;

    /** For which it pays at most beyond the cap: a look every five seconds, and fifteen for what is stopped to stop. */
    private static final int BOUND_SECONDS = 20;

    private static final int CAP = 1_000;

    private final Ring ring = Ring.shared();

    @Test
    void aCapIsAnnouncedStopsWhatRunsWithinItsBoundAndRaisedLetsItRunAgain() {
        Customer customer = Customer.signUp(ring).proveAddress(ring);
        try (Witness witness = new Witness(customer.account())) {
            cap(customer, CAP, "stop");
            refusesWhatTenMinutesOfWouldCostMore(customer);
            cap(customer, 100_000, "stop");
            String web = customer.launch("web", "service", 4);
            customer.awaitRunning(web, 4);
            cap(customer, CAP, "stop");
            Instant before = Instant.now();

            Until.value("no container runs", Duration.ofMinutes(4), witness::running, it -> it == 0);
            JsonNode held = customer.awaitObserved(web, "stopped");
            assertThat(held.at("/desired/held_by").asString()).isEqualTo("cap_reached");
            assertThat(before).isBefore(Instant.now());
            assertThat(notices(customer)).containsExactly(75, 90, 100);
            assertThat(mails(customer)).hasSize(3);
            JsonNode refusal = customer.api()
                    .post("/v1/workloads/" + web + "/restart", Map.of())
                    .expect(402);
            assertThat(refusal.at("/code").asString()).isEqualTo("spend_cap_reached");
            assertThat(refusal.at("/hint").asString()).isNotBlank();

            Map<String, Long> docker = witness.ms();
            Until.value("the meter agrees with Docker", Duration.ofSeconds(30), customer::meter, docker::equals);
            double used = docker.values().stream().mapToLong(Long::longValue).sum() * CENTS_A_SECOND / 1000;
            double beyond = (used - CAP) / (4 * CENTS_A_SECOND);
            System.out.printf(
                    "the cap of %d was passed by %.0f minor units: %.1f s of what ran%n", CAP, used - CAP, beyond);
            assertThat(used).isGreaterThanOrEqualTo(CAP - 1.0);
            assertThat(beyond).as("seconds beyond the cap").isLessThan(BOUND_SECONDS);

            cap(customer, 5_000, "stop");
            customer.awaitRunning(web, 4);
            assertThat(witness.running()).isEqualTo(4);
            assertThat(notices(customer)).as("once in a period").containsExactly(75, 90, 100);
            customer.api().post("/v1/workloads/" + web + "/stop", Map.of()).expect(202);
            Until.value("no container runs", Duration.ofSeconds(40), witness::running, it -> it == 0);
            cap(customer, 1, "stop");
            cap(customer, 100_000, "stop");
            assertThat(customer.api()
                            .get("/v1/workloads/" + web)
                            .expect(200)
                            .at("/desired/state")
                            .asString())
                    .as("who stopped it themselves starts it themselves")
                    .isEqualTo("stopped");
            assertThat(witness.running()).isZero();
        }
    }

    @Test
    void anInvoiceIsNoMoreThanTheCapAndItsBound() {
        Customer customer = Customer.signUp(ring);
        try (Witness witness = new Witness(customer.account())) {
            String web = customer.launch("web", "service", 2);
            customer.awaitRunning(web, 2);
            cap(customer, 400, "stop");
            Until.value("no container runs", Duration.ofMinutes(3), witness::running, it -> it == 0);
            Map<String, Long> docker = witness.ms();
            Until.value("the meter agrees with Docker", Duration.ofSeconds(30), customer::meter, docker::equals);
            JsonNode invoice = customer.close(ring);
            assertThat(invoice.at("/total/amount_minor").asLong())
                    .isLessThanOrEqualTo((long) (400 + 2 * CENTS_A_SECOND * BOUND_SECONDS))
                    .isGreaterThanOrEqualTo(400);
            customer.awaitRunning(web, 2); // the next period begins anew
            customer.api().delete("/v1/workloads/" + web).expect(202);
            Until.value("no container runs", Duration.ofSeconds(40), witness::running, it -> it == 0);
        }
    }

    private static void refusesWhatTenMinutesOfWouldCostMore(Customer customer) {
        Map<String, Object> wish =
                Map.of("name", "big", "kind", "service", "image", "berth/sample:1", "size", "xs", "replicas", 1);
        JsonNode quote = customer.api().post("/v1/workloads?dry_run=true", wish).expect(200);
        assertThat(quote.at("/funds/allowed").asBoolean()).isFalse();
        assertThat(quote.at("/funds/needed/amount_minor").asLong()).isEqualTo(600 * 3);
        JsonNode refusal = customer.api().post("/v1/workloads", wish).expect(402);
        assertThat(refusal.at("/rule").asString()).isEqualTo("spend_cap");
        assertThat(refusal.at("/cap/amount_minor").asLong()).isEqualTo(CAP);
    }

    private static void cap(Customer customer, long minor, String action) {
        customer.api()
                .persist(
                        "PUT",
                        "/v1/spend_cap",
                        Map.of("amount", Map.of("amount_minor", minor, "currency", "EUR"), "action", action))
                .expect(200);
        Until.value(
                "the gateway has heard of the cap",
                Duration.ofSeconds(20),
                () -> latestCap(customer),
                amount -> amount == minor);
    }

    private static long latestCap(Customer customer) {
        return customer.api()
                .get("/v1/events?type=spend_cap.changed&limit=1")
                .expect(200)
                .at("/data/0/data/amount_minor")
                .asLong();
    }

    private static List<Integer> notices(Customer customer) {
        List<Integer> percents = new ArrayList<>();
        customer.api()
                .get("/v1/events?type=spend_cap.notice&limit=50")
                .expect(200)
                .at("/data")
                .forEach(event -> percents.addFirst(event.at("/data/percent").asInt()));
        return percents;
    }

    private List<String> mails(Customer customer) {
        List<String> subjects = new ArrayList<>();
        ring.operator()
                .get("/operator/v1/mails?limit=50")
                .expect(200)
                .at("/data")
                .forEach(mail -> {
                    if (mail.at("/account").asString("").equals(customer.account())
                            && mail.at("/kind").asString().equals("spend_cap")) {
                        subjects.add(mail.at("/subject").asString());
                    }
                });
        return subjects;
    }
}
