package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.Cause;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class JobEndTest extends GatewayTest {
    private static final String JOB =
            "{\"name\": \"job\", \"kind\": \"job\", \"image\": \"berth/sample:1\", \"auto_destroy\": %s}";

    @Autowired
    private Workloads workloads;

    private void ends(String job, long generation) {
        Workloads.Finished end =
                new Workloads.Finished(WorkloadId.parse(job), generation, true, null, Cause.platform(Instant.now()));
        dsl.transaction(configuration -> workloads.jobsFinished(configuration.dsl(), List.of(end, end)));
    }

    @Test
    void givesTheQuotaBackWhenTheJobIsThroughAndTakesItAgainForTheNextRun() {
        Api customer = api().signedUp();
        String job =
                customer.post("/v1/workloads", JOB.formatted(false)).expect(202).text("id");
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("1");
        ends(job, 1);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        assertThat(payloads(job)).hasSize(1);
        customer.post("/v1/workloads/" + job + "/run").expect(202);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("1");
        ends(job, 1);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("1");
    }

    @Test
    void removesAJobThatWasToBeRemovedWhenItIsThrough() {
        Api customer = api().signedUp();
        String job =
                customer.post("/v1/workloads", JOB.formatted(true)).expect(202).text("id");
        ends(job, 1);
        assertThat(customer.get("/v1/workloads/" + job).text("desired.state")).isEqualTo("removed");
        assertThat(payloads(job)).hasSize(2);
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        ends(job, 1);
        assertThat(payloads(job)).hasSize(2);
    }
}
