package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Received;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class GivenUpTest extends GatewayTest {
    private static final String JOB =
            "{\"name\": \"job\", \"kind\": \"job\", \"image\": \"berth/sample:1\", \"auto_destroy\": true}";

    @Autowired
    private FeedListener listener;

    private void told(Event event) {
        Envelope envelope =
                new Envelope(EventId.next(), Service.PROVISIONER, event, Cause.platform(event.occurredAt()));
        dsl.transaction(configuration ->
                listener.apply(configuration.dsl(), List.of(new Received(envelope, Topic.of(event), 0, 0))));
    }

    @Test
    void aJobThatTheProvisionerGivesUpIsOverAndGivesItsQuotaBack() {
        Api customer = api().signedUp();
        String job = customer.post("/v1/workloads", JOB).expect(202).text("id");
        WorkloadId workload = WorkloadId.parse(job);
        told(Json.mapper().readValue(payloads(job).getFirst(), WorkloadDesired.class));
        AccountId account = AccountId.parse(customer.get("/v1/account").text("id"));
        told(failed(workload, account, "no_capacity"));
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("1");
        told(failed(workload, account, LaunchFailed.JOB_FAILED));
        assertThat(customer.get("/v1/quota").text("used.containers")).isEqualTo("0");
        assertThat(customer.get("/v1/workloads/" + job).text("desired.state")).isEqualTo("removed");
    }

    private static LaunchFailed failed(WorkloadId workload, AccountId account, String code) {
        return new LaunchFailed(
                ContainerId.next(), account, workload, 1, 1, "host-1", code, "in words", Instant.now(), 1);
    }
}
