package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OperationPagesTest extends GatewayTest {
    private static final String WEB =
            "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\", \"size\": \"xs\"}";

    private static Api reader(Api owner) {
        return owner.key(
                owner.post("/v1/api_keys", "{\"name\": \"r\", \"scopes\": [\"account:read\", \"workloads:read\"]}")
                        .expect(201)
                        .text("secret"));
    }

    @Test
    void listsWhatWasAskedForByStateAndByThing() {
        Api customer = api().signedUp();
        assertThat(customer.get("/operations").expect(200).body()).contains("No operations yet", "Create a workload");
        Api.Reply made = customer.post("/v1/workloads", WEB).expect(202);
        String operation = Objects.requireNonNull(made.header("Operation-Id"));
        assertThat(customer.get("/operations").expect(200).body())
                .contains("Create web", "workload.create", "running", "/operations/" + operation, "so far");
        assertThat(customer.get("/operations?state=failed").expect(200).body())
                .contains("None of these")
                .doesNotContain(operation);
        assertThat(customer.get("/operations?subject=" + made.text("id"))
                        .expect(200)
                        .body())
                .contains(operation, "Only of");
        assertThat(customer.get("/operations?state=nonsense").status()).isEqualTo(422);
        assertThat(customer.get("/workloads/" + made.text("id")).expect(200).body())
                .contains("What goes on", "/operations/" + operation, "data-poll=");
        assertThat(customer.get("/operations").body())
                .as("the page looks again by itself")
                .contains("data-poll=");
        assertThat(api().signedUp().get("/operations").expect(200).body()).doesNotContain(operation);
    }

    @Test
    void showsStepsAndWhatOneCausedAndCancelsIt() {
        Api customer = api().signedUp();
        Api.Reply made = customer.post("/v1/workloads", WEB).expect(202);
        String page = "/operations/" + made.header("Operation-Id");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> customer.get(page).expect(200).body().contains("web was created"));
        assertThat(customer.get(page).body()).contains("Take it back", "Create web", "127.0.0.1");
        assertThat(reader(customer).get(page).expect(200).body()).doesNotContain("Take it back");
        assertThat(reader(customer).form(page + "/cancel", Map.of()).status()).isEqualTo(403);
        assertThat(api().signedUp().get(page).status()).isEqualTo(404);
        assertThat(api().signedUp().form(page + "/cancel", Map.of()).status()).isEqualTo(404);

        assertThat(customer.form(page + "/cancel", Map.of()).expect(302).header("Location"))
                .endsWith(page);
        assertThat(customer.get(page).expect(200).body())
                .contains("cancelled", "Retry")
                .doesNotContain("Take it back", "data-poll=");
        assertThat(customer.get("/v1/workloads/" + made.text("id")).text("desired.state"))
                .isEqualTo("removed");
        assertThat(customer.form(page + "/cancel", Map.of()).expect(409).body())
                .contains("The operation has ended: cancelled.");
        assertThat(customer.form(page + "/retry", Map.of()).expect(409).body())
                .contains("cannot be retried", "The workload is removed by now.");
    }

    @Test
    void retriesWhatWasCancelledAsAnOperationOfItsOwn() {
        Api customer = api().signedUp();
        String web = customer.post("/v1/workloads", WEB).expect(202).text("id");
        Api.Reply deploy = customer.patch("/v1/workloads/" + web, "{\"image\": \"berth/sample:2\"}")
                .expect(202);
        String page = "/operations/" + deploy.header("Operation-Id");
        customer.form(page + "/cancel", Map.of()).expect(302);
        String again = Objects.requireNonNull(
                customer.form(page + "/retry", Map.of()).expect(302).header("Location"));
        assertThat(again).contains("/operations/op_").doesNotEndWith(page);
        String path = again.substring(again.indexOf("/operations/"));
        assertThat(customer.get(path).expect(200).body()).contains("Restart web", "Does again", page);
    }
}
