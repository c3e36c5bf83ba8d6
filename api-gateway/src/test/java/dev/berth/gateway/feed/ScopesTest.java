package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key sees of what happened what it may read: the account's scope is not that of its workloads or its money. */
class ScopesTest extends GatewayTest {
    private Api owner;

    @BeforeEach
    void signUp() {
        Api.Reply signup = api().signup();
        owner = api().key(signup.text("api_key.secret"));
        String workload = owner.post("/v1/workloads", """
                {"name": "secret-plans", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        StandIns.shared().container(signup.text("account.id"), workload, "running");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> types(owner, "/v1/events").containsAll(List.of("account.opened", "workload.created")));
    }

    private static List<String> types(Api reader, String path) {
        List<String> types = new ArrayList<>();
        reader.get(path)
                .expect(200)
                .json()
                .path("data")
                .forEach(one -> types.add(one.path("type").asString()));
        return types;
    }

    private Api with(String scopes) {
        String made = owner.post("/v1/api_keys", "{\"name\": \"part\", \"scopes\": [%s]}".formatted(scopes))
                .expect(201)
                .text("secret");
        return api().key(made);
    }

    @Test
    void theListOfEventsIsCutToWhatAKeyMayRead() {
        Api account = with("\"account:read\"");
        assertThat(types(account, "/v1/events")).contains("account.opened").doesNotContain("workload.created");
        assertThat(types(account, "/v1/events?type=account,workload"))
                .contains("account.opened")
                .doesNotContain("workload.created");
        Api.Reply refused = account.get("/v1/events?type=workload").expect(403);
        assertThat(refused.text("scope")).isEqualTo("workloads:read");
        assertThat(account.with("Accept", "text/event-stream")
                        .get("/v1/events?type=invoice")
                        .expect(403)
                        .text("scope"))
                .isEqualTo("billing:read");
        assertThat(types(with("\"account:read\", \"workloads:read\""), "/v1/events"))
                .contains("workload.created");
    }

    @Test
    void thePagesShowEachPartOnlyToWhoMayReadIt() {
        String whole = owner.get("/overview").expect(200).body();
        assertThat(whole).contains("secret-plans", "Cost so far", "id=\"quota\"");
        Api account = with("\"account:read\"");
        String part = account.get("/overview").expect(200).body();
        assertThat(part).contains("id=\"quota\"").doesNotContain("secret-plans", "Cost so far", "id=\"workloads\"");
        assertThat(owner.get("/activity").expect(200).body()).contains("secret-plans");
        assertThat(account.get("/activity").expect(200).body())
                .contains("The account was opened")
                .doesNotContain("secret-plans", "type=workload");
    }
}
