package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.Elsewhere;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.Service;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Jobs of several indices over HTTP; what a provisioner would tell comes over the real topics, in any order. */
class ParallelJobTest extends GatewayTest {
    private static final Instant AT = Instant.parse("2026-11-22T09:14:03.120Z");
    private static Elsewhere provisioner;

    @BeforeAll
    static void begin() {
        provisioner = new Elsewhere(Service.PROVISIONER, TestKafka.shared().bootstrapServers());
    }

    @AfterAll
    static void end() {
        provisioner.close();
    }

    private static String job(int parallelism, int completions) {
        return """
                {"name": "batch", "kind": "job", "image": "berth/sample:1", "size": "xs", "parallelism": %d, "completions": %d}""".formatted(parallelism, completions);
    }

    private WorkloadDesired wish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    private ContainerId starts(WorkloadDesired wish, int replica) {
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

    private void ends(WorkloadDesired wish, ContainerId container, StopReason reason, int exitCode) {
        provisioner.tell(new ContainerStopped(
                container,
                wish.account(),
                wish.workload(),
                "4f53",
                "local",
                AT,
                AT.plusSeconds(60),
                exitCode,
                false,
                reason,
                wish.cpuMillis(),
                wish.memoryMib(),
                2,
                null));
    }

    private void givesUp(WorkloadDesired wish, int replica) {
        provisioner.tell(new LaunchFailed(
                ContainerId.next(),
                wish.account(),
                wish.workload(),
                wish.generation(),
                replica,
                "local",
                LaunchFailed.JOB_FAILED,
                "given up after 1 attempts",
                AT.plusSeconds(61),
                1));
    }

    private static JsonNode run(Api customer, String id) {
        return customer.get("/v1/workloads/" + id + "/runs")
                .expect(200)
                .json()
                .path("data")
                .path(0);
    }

    private static void becomes(Api customer, String id, String state, int succeeded, int failed) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode run = run(customer, id);
            assertThat(run.path("state").stringValue()).isEqualTo(state);
            assertThat(run.path("succeeded").intValue()).isEqualTo(succeeded);
            assertThat(run.path("failed").intValue()).isEqualTo(failed);
        });
    }

    @Test
    void holdsWhatRunsAtOnceAndIsThroughWhenAllIndicesHaveEndedWell() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/workloads", job(2, 5)).expect(202);
        String id = made.text("id");
        assertThat(made.text("parallelism")).isEqualTo("2");
        assertThat(made.text("completions")).isEqualTo("5");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("2");
        WorkloadDesired wish = wish(id);
        assertThat(wish.replicas()).isEqualTo(2);
        assertThat(wish.completions()).isEqualTo(5);
        for (int replica = 1; replica <= 4; replica++) {
            ends(wish, starts(wish, replica), StopReason.EXITED, 0);
        }
        becomes(customer, id, "running", 4, 0);
        assertThat(run(customer, id).path("completions").intValue()).isEqualTo(5);
        assertThat(customer.get("/v1/workloads/" + id).text("observed.state")).isNotEqualTo("finished");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("2");
        ends(wish, starts(wish, 5), StopReason.EXITED, 0);
        becomes(customer, id, "succeeded", 5, 0);
        assertThat(customer.get("/v1/workloads/" + id).text("observed.state")).isEqualTo("finished");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
    }

    @Test
    void hasFailedWithOneIndexOnceTheOthersAreStopped() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/workloads", job(3, 9)).expect(202);
        String id = made.text("id");
        WorkloadDesired wish = wish(id);
        ContainerId first = starts(wish, 1);
        ContainerId second = starts(wish, 2);
        ContainerId third = starts(wish, 3);
        ends(wish, first, StopReason.EXITED, 0);
        ends(wish, second, StopReason.EXITED, 7);
        givesUp(wish, 2);
        becomes(customer, id, "running", 1, 1);
        ends(wish, third, StopReason.STOPPED, 143);
        becomes(customer, id, "failed", 1, 1);
        assertThat(run(customer, id).path("message").stringValue()).isEqualTo("index 1: given up after 1 attempts");
        Api.Reply view = customer.get("/v1/workloads/" + id);
        assertThat(view.text("observed.state")).isEqualTo("failed");
        assertThat(view.text("observed.message")).isEqualTo("index 1: given up after 1 attempts");
        assertThat(customer.get("/v1/operations/" + made.header("Operation-Id")).text("state"))
                .isIn("running", "failed");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> customer.get("/v1/operations/" + made.header("Operation-Id"))
                        .text("state")
                        .equals("failed"));
        customer.post("/v1/workloads/" + id + "/run").expect(202);
        assertThat(run(customer, id).path("state").stringValue()).isEqualTo("running");
        assertThat(run(customer, id).path("succeeded").intValue()).isZero();
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("3");
    }

    /** Facts of different containers come on partitions of their own. */
    @Test
    void countsTheSameInWhicheverOrderItIsTold() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", job(10, 30)).expect(202).text("id");
        WorkloadDesired wish = wish(id);
        List<Integer> order = new ArrayList<>();
        for (int replica = 1; replica <= 30; replica++) {
            order.add(replica);
        }
        Collections.shuffle(order, new Random(7));
        List<ContainerId> retried = new ArrayList<>();
        for (int replica : order) {
            if (replica % 3 == 0) {
                ContainerId lost = starts(wish, replica);
                ends(wish, lost, StopReason.EXITED, 1);
                retried.add(lost);
            }
            ends(wish, starts(wish, replica), StopReason.EXITED, 0);
        }
        assertThat(retried).hasSize(10);
        becomes(customer, id, "succeeded", 30, 0);
    }

    @Test
    void refusesWhatIsOfAnotherKindAndSaysWhatIsMeant() {
        Api customer = api().signedUp();
        String service = "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"%s\": 2}";
        assertThat(customer.post("/v1/workloads", service.formatted("parallelism"))
                        .expect(422)
                        .body())
                .contains("is for jobs and crons only");
        assertThat(customer.post("/v1/workloads", service.formatted("completions"))
                        .expect(422)
                        .body())
                .contains("is for jobs and crons only");
        String job = "{\"name\": \"batch\", \"kind\": \"job\", \"image\": \"berth/sample:1\", \"%s\": %d}";
        assertThat(customer.post("/v1/workloads", job.formatted("replicas", 3))
                        .expect(422)
                        .body())
                .contains("parallelism");
        customer.post("/v1/workloads", job.formatted("parallelism", 101)).expect(422);
        customer.post("/v1/workloads", job.formatted("completions", 1001)).expect(422);
        customer.post("/v1/workloads", job.formatted("completions", 0)).expect(422);
        customer.post("/v1/workloads", job.formatted("replicas", 1)).expect(202);
    }

    @Test
    void changesHowManyRunAtOnceWithinTheQuotaAndTakesThatBack() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", job(1, 50)).expect(202).text("id");
        Api.Reply more =
                customer.patch("/v1/workloads/" + id, "{\"parallelism\": 3}").expect(202);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("3");
        String operation = String.valueOf(more.header("Operation-Id"));
        assertThat(customer.get("/v1/operations/" + operation).text("verb")).isEqualTo("workload.scale");
        customer.post("/v1/operations/" + operation + "/cancel");
        assertThat(Map.of("1", 1, "3", 3)).containsKey(customer.get("/v1/quota").text("used.containers"));
        customer.patch("/v1/workloads/" + id, "{\"parallelism\": 100}").expect(403);
    }

    @Test
    void aJobThatIsThroughWaitsToBeRunAgainWhenMoreOfItIsWanted() {
        Api customer = api().signedUp();
        String id = customer.post("/v1/workloads", job(1, 1)).expect(202).text("id");
        WorkloadDesired wish = wish(id);
        ends(wish, starts(wish, 1), StopReason.EXITED, 0);
        becomes(customer, id, "succeeded", 1, 0);
        customer.patch("/v1/workloads/" + id, "{\"completions\": 4}").expect(202);
        assertThat(wish(id).state().text()).isEqualTo("stopped");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        customer.post("/v1/workloads/" + id + "/run").expect(202);
        assertThat(wish(id).completions()).isEqualTo(4);
        assertThat(run(customer, id).path("completions").intValue()).isEqualTo(4);
    }
}
