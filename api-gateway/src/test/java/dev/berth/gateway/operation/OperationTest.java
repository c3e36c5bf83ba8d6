package dev.berth.gateway.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.Elsewhere;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.Service;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Operations over HTTP; what a provisioner would tell comes over the real topics. */
class OperationTest extends GatewayTest {
    private static final Instant AT = Instant.parse("2026-11-22T09:14:03.120Z");
    private static final AtomicLong SEQUENCE = new AtomicLong();
    private static Elsewhere provisioner;

    @Autowired
    private Operations operations;

    @BeforeAll
    static void begin() {
        provisioner = new Elsewhere(Service.PROVISIONER, TestKafka.shared().bootstrapServers());
    }

    @AfterAll
    static void end() {
        provisioner.close();
    }

    private static Api.Reply create(Api customer) {
        return customer.post(
                        "/v1/workloads",
                        "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"xs\"}")
                .expect(202);
    }

    private static String operation(Api.Reply write) {
        return Objects.requireNonNull(write.header("Operation-Id"));
    }

    private WorkloadDesired wish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    /** A container of the present wish that runs. */
    private ContainerId runs(String workload, int replica) {
        WorkloadDesired wish = wish(workload);
        ContainerId container = ContainerId.next();
        provisioner.tell(new ContainerStarted(
                container,
                wish.account(),
                wish.workload(),
                wish.generation(),
                replica,
                "4f53",
                "local",
                "web@sha256:abc",
                wish.cpuMillis(),
                wish.memoryMib(),
                AT,
                1));
        return container;
    }

    private void ends(String workload, ContainerId container) {
        WorkloadDesired wish = wish(workload);
        provisioner.tell(new ContainerStopped(
                container,
                wish.account(),
                wish.workload(),
                "4f53",
                "local",
                AT,
                AT.plusSeconds(60),
                0,
                false,
                StopReason.STOPPED,
                wish.cpuMillis(),
                wish.memoryMib(),
                2,
                null));
    }

    private void rollout(String workload, RolloutState state, @Nullable String message) {
        WorkloadDesired wish = wish(workload);
        boolean complete = state == RolloutState.COMPLETE;
        provisioner.tell(new RolloutObserved(
                wish.workload(),
                wish.account(),
                wish.generation(),
                wish.revision(),
                complete ? wish.revision() : null,
                state,
                1,
                1,
                message,
                AT,
                SEQUENCE.incrementAndGet()));
    }

    private static Api.Reply becomes(Api customer, String operation, String state) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> customer.get("/v1/operations/" + operation)
                        .expect(200)
                        .text("state")
                        .equals(state));
        return customer.get("/v1/operations/" + operation);
    }

    @Test
    void tellsWhoAskedAndEndsWhenThingsAreAsTheyWereAskedFor() {
        Api customer = api().signedUp();
        Api.Reply made = create(customer);
        String web = made.text("id");
        String operation = operation(made);
        Api.Reply begun = customer.get("/v1/operations/" + operation).expect(200);
        assertThat(begun.text("state")).isEqualTo("running");
        assertThat(begun.text("verb")).isEqualTo("workload.create");
        assertThat(begun.text("subject")).isEqualTo(web);
        assertThat(begun.text("actor")).startsWith("key_");
        assertThat(begun.text("address")).isEqualTo("127.0.0.1");
        assertThat(begun.text("steps.0.generation")).isEqualTo("1");

        ContainerId first = runs(web, 0);
        rollout(web, RolloutState.PROGRESSING, "waits for its health check");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> customer.get("/v1/operations/" + operation)
                        .text("steps.0.message")
                        .equals("waits for its health check"));
        assertThat(customer.get("/v1/operations/" + operation).text("state")).isEqualTo("running");
        rollout(web, RolloutState.COMPLETE, null);
        assertThat(becomes(customer, operation, "succeeded")
                        .json()
                        .path("ended_at")
                        .isNull())
                .isFalse();
        assertThat(customer.get("/v1/events?operation=" + operation).text("data.0.type"))
                .isEqualTo("workload.created");
        customer.get("/v1/events?operation=x").expect(422);

        String stop = operation(customer.post("/v1/workloads/" + web + "/stop").expect(202));
        assertThat(customer.get("/v1/operations/" + stop).text("state")).isEqualTo("running");
        ends(web, first);
        assertThat(becomes(customer, stop, "succeeded").text("verb")).isEqualTo("workload.stop");
        assertThat(customer.get("/v1/operations?subject=" + web).json().path("data"))
                .hasSize(2);
        assertThat(customer.get("/v1/operations?limit=1").text("data.0.id")).isEqualTo(stop);
        assertThat(customer.get("/v1/operations?state=failed").json().path("data"))
                .isEmpty();
        customer.get("/v1/operations?state=x").expect(422);
        api().signedUp().get("/v1/operations/" + stop).expect(404);
    }

    @Test
    void scaleIsThroughWhenAsManyRunAndIsTakenBackByACancellation() {
        Api customer = api().signedUp();
        Api.Reply made = create(customer);
        String web = made.text("id");
        runs(web, 0);
        rollout(web, RolloutState.COMPLETE, null);
        becomes(customer, operation(made), "succeeded");
        String scale = operation(
                customer.patch("/v1/workloads/" + web, "{\"replicas\": 2}").expect(202));
        assertThat(customer.get("/v1/operations/" + scale).text("verb")).isEqualTo("workload.scale");
        Api.Reply cancelled =
                customer.post("/v1/operations/" + scale + "/cancel").expect(202);
        assertThat(cancelled.text("state")).isEqualTo("cancelled");
        assertThat(customer.get("/v1/workloads/" + web).text("replicas")).isEqualTo("1");
        customer.post("/v1/operations/" + scale + "/cancel").expect(409);

        Api.Reply again =
                customer.patch("/v1/workloads/" + web, "{\"replicas\": 2}").expect(202);
        operations.settle(Instant.now());
        assertThat(customer.get("/v1/operations/" + operation(again)).text("state"))
                .isEqualTo("running");
        runs(web, 1);
        becomes(customer, operation(again), "succeeded");
    }

    @Test
    void aChangeTakesThePlaceOfOneThatGoesOn() {
        Api customer = api().signedUp();
        Api.Reply made = create(customer);
        String web = made.text("id");
        String deploy = operation(customer.patch("/v1/workloads/" + web, "{\"image\": \"berth/sample:2\"}")
                .expect(202));
        Api.Reply first = customer.get("/v1/operations/" + operation(made)).expect(200);
        assertThat(first.text("state")).isEqualTo("superseded");
        assertThat(first.text("message")).contains(deploy);
        Api.Reply cancelled =
                customer.post("/v1/operations/" + deploy + "/cancel").expect(202);
        assertThat(cancelled.text("message")).startsWith("cancelled by key_");
        assertThat(customer.get("/v1/workloads/" + web).text("image")).isEqualTo("berth/sample:1");
        assertThat(customer.get("/v1/operations").text("data.0.verb")).isEqualTo("workload.rollback");
    }

    @Test
    void whatFailedIsTriedAgainAndIsAnotherOperation() {
        Api customer = api().signedUp();
        Api.Reply made = create(customer);
        String web = made.text("id");
        rollout(web, RolloutState.FAILED, "the image is not there");
        Api.Reply failed = becomes(customer, operation(made), "failed");
        assertThat(failed.text("message")).isEqualTo("the image is not there");
        Api.Reply again =
                customer.post("/v1/operations/" + operation(made) + "/retry").expect(202);
        assertThat(again.text("retry_of")).isEqualTo(operation(made));
        assertThat(again.text("verb")).isEqualTo("workload.restart");
        assertThat(again.text("state")).isEqualTo("running");
        operations.settle(Instant.now());
        assertThat(customer.get("/v1/operations/" + again.text("id")).text("state"))
                .as("the failure of before is not this one's")
                .isEqualTo("running");
        runs(web, 0);
        rollout(web, RolloutState.COMPLETE, null);
        becomes(customer, again.text("id"), "succeeded");
        customer.post("/v1/operations/" + again.text("id") + "/retry").expect(409);
    }

    @Test
    void aWayBackIsThroughWithTheContainersThatWereKept() {
        Api customer = api().signedUp();
        Api.Reply made = create(customer);
        String web = made.text("id");
        runs(web, 0);
        rollout(web, RolloutState.COMPLETE, null);
        becomes(customer, operation(made), "succeeded");
        String deploy = operation(customer.patch("/v1/workloads/" + web, "{\"image\": \"berth/sample:2\"}")
                .expect(202));
        rollout(web, RolloutState.ROLLED_BACK, "ended 3 times in a row");
        becomes(customer, deploy, "failed");
        String back =
                operation(customer.post("/v1/workloads/" + web + "/rollback").expect(202));
        operations.settle(Instant.now());
        assertThat(customer.get("/v1/operations/" + back).text("state")).isEqualTo("running");
        rollout(web, RolloutState.COMPLETE, null);
        becomes(customer, back, "succeeded");
    }

    @Test
    void theReaperEndsWhatIsLateAndSaysSo() {
        Api customer = api().signedUp();
        String operation = operation(create(customer));
        dsl.execute(
                "update operation_step set deadline_at = now() where operation_id = {0}",
                DSL.val(OperationId.parse(operation).uuid()));
        Api.Reply late = becomes(customer, operation, "timed_out");
        assertThat(late.text("message")).contains("it was not through by");
    }

    @Test
    void aKeySeesAndCancelsOnlyWhatItsScopesAreFor() {
        Api customer = api().signedUp();
        String operation = operation(create(customer));
        String volume = operation(customer.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}")
                .expect(202));
        Api reader = api().key(customer.post(
                        "/v1/api_keys", "{\"name\": \"r\", \"scopes\": [\"account:read\", \"workloads:read\"]}")
                .expect(201)
                .text("secret"));
        assertThat(reader.get("/v1/operations").json().path("data")).hasSize(1);
        reader.get("/v1/operations/" + volume).expect(404);
        reader.post("/v1/operations/" + operation + "/cancel").expect(403);
        assertThat(customer.get("/v1/operations/" + operation).text("state")).isEqualTo("running");
        assertThat(customer.get("/v1/operations").json().path("data")).hasSize(2);
    }

    @Test
    void aVolumeIsThroughWithItsGeneration() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}")
                .expect(202);
        dsl.execute(
                "insert into feed_volume (volume_id, account_id, state, generation, driver, size_enforced, size_gib, snapshots,"
                        + " sequence, created_at, changed_at) select volume_id, account_id, 'ready', 1, 'btrfs', true, 1,"
                        + " '[]'::jsonb, 1, now(), now() from volume where volume_id = {0}",
                DSL.val(VolumeId.parse(made.text("id")).uuid()));
        becomes(customer, operation(made), "succeeded");
        String snapshot = customer.post("/v1/volumes/" + made.text("id") + "/snapshots", "{\"name\": \"one\"}")
                .expect(202)
                .text("id");
        assertThat(snapshot).startsWith("snap_");
        assertThat(customer.get("/v1/operations").text("data.0.verb")).isEqualTo("volume.snapshot");
        assertThat(customer.get("/v1/operations").text("data.0.state")).isEqualTo("running");
    }
}
