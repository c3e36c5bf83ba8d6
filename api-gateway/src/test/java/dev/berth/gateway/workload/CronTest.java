package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.Cause;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Crons: the test says what time it is. Their schedules are far away, so that the loop of the application has nothing to do. */
class CronTest extends GatewayTest {
    private static final String NIGHTLY = """
            {"name": "nightly", "kind": "cron", "image": "berth/sample:1", "size": "xs", "command": ["/bin/true"],
             "schedule": {"cron": "0 3 1 1 *", "time_zone": "Europe/Berlin", "overlap": "%s"}}""";

    @Autowired
    private CronLoop loop;

    @Autowired
    private Workloads workloads;

    private WorkloadDesired lastWish(String workload) {
        return Json.mapper().readValue(payloads(workload).getLast(), WorkloadDesired.class);
    }

    private static Instant due(Api.Reply cron, int which) {
        return Instant.parse(cron.text("schedule.next_runs." + which));
    }

    private static List<String> states(Api customer, String path) {
        List<String> states = new ArrayList<>();
        JsonNode runs = customer.get(path + "/runs").expect(200).json().path("data");
        runs.forEach(run -> states.add(run.path("state").stringValue()));
        return states;
    }

    private void ends(String workload, boolean well) {
        WorkloadDesired wish = lastWish(workload);
        dsl.transaction(tx -> workloads.jobsFinished(
                tx.dsl(),
                List.of(new Workloads.Finished(
                        WorkloadId.parse(workload),
                        wish.generation(),
                        well,
                        well ? null : "ended with exit code 1",
                        Cause.platform(Instant.now())))));
    }

    @Test
    void waitsWithoutQuotaRunsWhenItIsDueAndKeepsWhatBecameOfIt() {
        Api customer = api().signedUp();
        Api.Reply cron =
                customer.post("/v1/workloads", NIGHTLY.formatted("skip")).expect(202);
        String id = cron.text("id");
        String path = "/v1/workloads/" + id;
        assertThat(cron.json().path("schedule").path("next_runs")).hasSize(5);
        assertThat(cron.text("schedule.next_runs.0")).endsWith("-01-01T02:00:00.000Z");
        assertThat(cron.text("observed.state")).isEqualTo("waiting");
        assertThat(cron.text("desired.state")).isEqualTo("running");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        assertThat(lastWish(id).state()).isEqualTo(DesiredState.STOPPED);

        loop.look(due(cron, 0).minusSeconds(1));
        assertThat(states(customer, path)).isEmpty();
        loop.look(due(cron, 0));
        loop.look(due(cron, 0).plusSeconds(1));
        assertThat(states(customer, path)).containsExactly("running");
        assertThat(lastWish(id).state()).isEqualTo(DesiredState.RUNNING);
        assertThat(lastWish(id).run()).isEqualTo(2);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("1");

        ends(id, false);
        assertThat(states(customer, path)).containsExactly("failed");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        loop.look(due(cron, 1));
        ends(id, true);
        assertThat(states(customer, path)).containsExactly("succeeded", "failed");
        assertThat(customer.get(path + "/runs").text("data.1.message")).isEqualTo("ended with exit code 1");
        assertThat(customer.get(path + "/runs").text("data.0.due_at"))
                .isEqualTo(due(cron, 1).toString().replace("Z", ".000Z"));

        customer.post(path + "/stop").expect(202);
        loop.look(due(cron, 4));
        assertThat(states(customer, path)).hasSize(2);
        assertThat(customer.post(path + "/start").expect(202).text("observed.state"))
                .isEqualTo("waiting");
        customer.post(path + "/run").expect(202);
        assertThat(states(customer, path)).startsWith("running");
    }

    @Test
    void aTimeThatComesWhileARunGoesOnIsTakenAsItsOwnerSays() {
        Api customer = api().signedUp();
        Api.Reply cron =
                customer.post("/v1/workloads", NIGHTLY.formatted("skip")).expect(202);
        String path = "/v1/workloads/" + cron.text("id");
        loop.look(due(cron, 0));
        loop.look(due(cron, 1));
        assertThat(states(customer, path)).containsExactly("skipped", "running");
        customer.patch(
                        path,
                        "{\"schedule\": {\"cron\": \"0 3 1 1 *\", \"time_zone\": \"Europe/Berlin\", \"overlap\": \"queue\"}}")
                .expect(202);
        loop.look(due(cron, 2));
        assertThat(states(customer, path)).containsExactly("skipped", "running");
        ends(cron.text("id"), true);
        loop.look(due(cron, 2).plusSeconds(5));
        assertThat(states(customer, path)).containsExactly("running", "skipped", "succeeded");
        customer.patch(
                        path,
                        "{\"schedule\": {\"cron\": \"0 3 1 1 *\", \"time_zone\": \"Europe/Berlin\", \"overlap\": \"replace\"}}")
                .expect(202);
        loop.look(due(cron, 3));
        assertThat(states(customer, path)).containsExactly("running", "stopped", "skipped", "succeeded");
    }

    @Test
    void whatWasMissedIsMadeGoodOnceUnlessItIsTooLate() {
        Api customer = api().signedUp();
        Api.Reply cron =
                customer.post("/v1/workloads", NIGHTLY.formatted("skip")).expect(202);
        String path = "/v1/workloads/" + cron.text("id");
        loop.look(due(cron, 1).plusSeconds(600));
        assertThat(states(customer, path)).containsExactly("running");
        ends(cron.text("id"), true);
        loop.look(due(cron, 2).plusSeconds(4000));
        assertThat(states(customer, path)).containsExactly("skipped", "succeeded");
        assertThat(customer.get(path + "/runs").text("data.0.message")).contains("missed");
    }

    @Test
    void ofManyWhoLookAtOnceOneBeginsTheRun() throws Exception {
        Api customer = api().signedUp();
        Api.Reply cron =
                customer.post("/v1/workloads", NIGHTLY.formatted("skip")).expect(202);
        Instant due = due(cron, 0);
        List<Callable<Object>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(Executors.callable(() -> loop.look(due)));
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var caller : executor.invokeAll(callers)) {
                caller.get();
            }
        }
        assertThat(states(customer, "/v1/workloads/" + cron.text("id"))).containsExactly("running");
        assertThat(lastWish(cron.text("id")).run()).isEqualTo(2);
    }

    @Test
    void aRunThatTheQuotaRefusesIsWrittenDown() {
        Api customer = api().signedUp();
        Api.Reply cron =
                customer.post("/v1/workloads", NIGHTLY.formatted("skip")).expect(202);
        String path = "/v1/workloads/" + cron.text("id");
        int most = Integer.parseInt(customer.get("/v1/quota").text("limits.containers"));
        customer.post(
                        "/v1/workloads",
                        "{\"name\": \"all\", \"kind\": \"service\", \"image\": \"a\", \"cpu_millis\": 10, \"memory_mib\": 16, \"replicas\": %d}"
                                .formatted(most))
                .expect(202);
        loop.look(due(cron, 0));
        assertThat(states(customer, path)).containsExactly("refused");
        assertThat(customer.get(path + "/runs").text("data.0.message")).contains("containers");
        loop.look(due(cron, 0).plusSeconds(2));
        assertThat(states(customer, path)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"cron\": \"* * * *\"} | schedule.cron",
                "{\"cron\": \"61 * * * *\"} | schedule.cron",
                "{\"cron\": \"0 0 30 2 *\"} | schedule.cron",
                "{\"cron\": \"@often\"} | schedule.cron",
                "{} | schedule.cron",
                "{\"cron\": \"@daily\", \"time_zone\": \"Mars/Base\"} | schedule.time_zone",
                "{\"cron\": \"@daily\", \"overlap\": \"both\"} | schedule.overlap",
                "{\"cron\": \"@daily\", \"missed\": \"all\"} | schedule.missed"
            })
    void saysWhatIsWrongWithASchedule(String schedule, String field) {
        Api.Reply refused = api().signedUp()
                .post(
                        "/v1/workloads",
                        "{\"name\": \"c\", \"kind\": \"cron\", \"image\": \"a\", \"schedule\": %s}".formatted(schedule))
                .expect(422);
        assertThat(refused.text("errors.0.field")).isEqualTo(field);
    }
}
