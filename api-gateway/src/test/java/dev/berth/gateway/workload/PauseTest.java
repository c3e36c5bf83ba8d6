package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.Elsewhere;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.Service;
import dev.berth.schema.container.ContainerPaused;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pausing over HTTP; what a provisioner would tell comes over the real topics. */
class PauseTest extends GatewayTest {
    private static final Instant AT = Instant.parse("2026-11-22T09:14:03.120Z");
    private static final AtomicLong SEQUENCE = new AtomicLong();
    private static Elsewhere provisioner;

    @BeforeAll
    static void begin() {
        provisioner = new Elsewhere(Service.PROVISIONER, TestKafka.shared().bootstrapServers());
    }

    @AfterAll
    static void end() {
        provisioner.close();
    }

    private WorkloadDesired wish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    private static String create(Api customer) {
        return customer.post(
                        "/v1/workloads",
                        "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"xs\"}")
                .expect(202)
                .text("id");
    }

    private ContainerId runs(String workload) {
        WorkloadDesired wish = wish(workload);
        ContainerId container = ContainerId.next();
        provisioner.tell(new ContainerStarted(
                container,
                wish.account(),
                wish.workload(),
                wish.generation(),
                1,
                "4f53",
                "local",
                "web@sha256:abc",
                wish.cpuMillis(),
                wish.memoryMib(),
                AT,
                1));
        complete(workload);
        return container;
    }

    private void complete(String workload) {
        WorkloadDesired wish = wish(workload);
        provisioner.tell(new RolloutObserved(
                wish.workload(),
                wish.account(),
                wish.generation(),
                wish.revision(),
                wish.revision(),
                RolloutState.COMPLETE,
                1,
                1,
                null,
                AT,
                SEQUENCE.incrementAndGet()));
    }

    private void freezes(String workload, ContainerId container, boolean paused, long change) {
        WorkloadDesired wish = wish(workload);
        provisioner.tell(new ContainerPaused(
                container, wish.account(), wish.workload(), paused, AT.plusSeconds(change), change));
    }

    private static void becomes(Api customer, String path, String field, String value) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> customer.get(path).expect(200).text(field).equals(value));
    }

    @Test
    void isThroughWhenItsContainersAreFrozenAndWhenTheyGoOn() {
        Api customer = api().signedUp();
        String web = create(customer);
        String path = "/v1/workloads/" + web;
        ContainerId container = runs(web);
        becomes(customer, path, "observed.state", "running");

        Api.Reply paused = customer.post(path + "/pause").expect(202);
        assertThat(paused.text("desired.paused")).isEqualTo("true");
        assertThat(paused.text("desired.state")).isEqualTo("running");
        assertThat(wish(web).paused()).isTrue();
        String operation = "/v1/operations/" + paused.header("Operation-Id");
        assertThat(customer.get(operation).text("verb")).isEqualTo("workload.pause");
        assertThat(customer.get(operation).text("state")).isEqualTo("running");
        assertThat(customer.get("/v1/quota").text("used.containers"))
                .as("memory is kept")
                .isEqualTo("1");
        freezes(web, container, true, 1);
        becomes(customer, path, "observed.state", "paused");
        becomes(customer, operation, "state", "succeeded");
        assertThat(customer.get("/v1/events?type=container.paused").json().path("data"))
                .hasSize(1);
        assertThat(customer.post(path + "/pause").expect(202).text("generation"))
                .isEqualTo("2");

        Api.Reply goes = customer.post(path + "/unpause").expect(202);
        String again = "/v1/operations/" + goes.header("Operation-Id");
        assertThat(customer.get(again).text("verb")).isEqualTo("workload.unpause");
        assertThat(wish(web).paused()).isNull();
        complete(web);
        freezes(web, container, true, 1);
        assertThat(customer.get(again).text("state")).isEqualTo("running");
        freezes(web, container, false, 2);
        becomes(customer, path, "observed.state", "running");
        becomes(customer, again, "state", "succeeded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "restart", "start"})
    void whatEndsOrBeginsItAnewEndsThePause(String verb) {
        Api customer = api().signedUp();
        String path = "/v1/workloads/" + create(customer);
        customer.post(path + "/pause").expect(202);
        assertThat(customer.post(path + "/" + verb).expect(202).text("desired.paused"))
                .isEqualTo("false");
    }

    @Test
    void aChangeOfWhatIsPausedIsTakenAndWaitsWithoutBeingOverdue() {
        Api customer = api().signedUp();
        String web = create(customer);
        String path = "/v1/workloads/" + web;
        freezes(web, runs(web), true, 1);
        customer.post(path + "/pause").expect(202);
        Api.Reply scaled = customer.patch(path, "{\"replicas\": 2}").expect(202);
        assertThat(scaled.text("desired.paused")).isEqualTo("true");
        becomes(customer, "/v1/operations/" + scaled.header("Operation-Id"), "state", "succeeded");
    }

    @Test
    void onlyWhatIsToRunCanBePaused() {
        Api customer = api().signedUp();
        String path = "/v1/workloads/" + create(customer);
        customer.post(path + "/stop").expect(202);
        assertThat(customer.post(path + "/pause").expect(409).body()).contains("nothing can be paused");
        customer.delete(path).expect(202);
        customer.post(path + "/pause").expect(409);
        api().signedUp().post(path + "/pause").expect(404);
    }

    @Test
    void aPauseCanBeCancelled() {
        Api customer = api().signedUp();
        String web = create(customer);
        String path = "/v1/workloads/" + web;
        runs(web);
        becomes(customer, path, "observed.state", "running");
        Api.Reply paused = customer.post(path + "/pause").expect(202);
        customer.post("/v1/operations/" + paused.header("Operation-Id") + "/cancel")
                .expect(202);
        assertThat(customer.get(path).text("desired.paused")).isEqualTo("false");
    }
}
