package dev.berth.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Webhooks by the API, with a receiver that is there. */
class WebhookTest extends GatewayTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Receiver receiver = new Receiver();

    @AfterEach
    void close() {
        receiver.close();
    }

    private Api.Reply make(Api customer, String events) {
        return customer.post(
                "/v1/webhook_endpoints",
                "{\"url\": \"%s\", \"description\": \"ours\", \"events\": %s}".formatted(receiver.url(), events));
    }

    private static String path(Api.Reply made) {
        return "/v1/webhook_endpoints/" + made.text("id");
    }

    private static void rename(Api customer, String name) {
        customer.patch("/v1/account", "{\"name\": \"%s\"}".formatted(name)).expect(200);
    }

    private static Api.Reply settled(Api customer, String endpoint, int deliveries) {
        return await().atMost(SOON)
                .until(() -> customer.get(endpoint + "/deliveries").expect(200), list -> {
                    JsonNode data = list.json().path("data");
                    return data.size() >= deliveries
                            && data.valueStream()
                                    .noneMatch(one -> List.of("sending")
                                                    .contains(one.path("state").asString())
                                            || (one.path("state").asString().equals("waiting")
                                                    && one.path("attempts").asInt() == 0));
                });
    }

    @Test
    void anEventIsPostedAsItIsListedSignedSoThatTheReferenceLibraryTakesIt() throws Exception {
        Api customer = api().signedUp();
        Api.Reply made = make(customer, "[\"account.renamed\"]").expect(201);
        String secret = made.text("secret");
        assertThat(secret).startsWith("whsec_");
        assertThat(customer.get(path(made)).expect(200).body()).doesNotContain("whsec_");
        rename(customer, "Renamed");
        await().atMost(SOON).until(() -> receiver.of("account.renamed").size() == 1);

        Receiver.Request request = receiver.of("account.renamed").getFirst();
        assertThatCode(() -> new Webhook(secret).verify(request.body(), request.http()))
                .doesNotThrowAnyException();
        Api.Reply listed = customer.get("/v1/events?type=account.renamed").expect(200);
        assertThat(listed.body()).contains("[" + request.body() + "]");
        assertThat(request.headers().get("Content-type").getFirst()).startsWith("application/json");

        Api.Reply log = settled(customer, path(made), 1);
        assertThat(log.text("data.0.state")).isEqualTo("succeeded");
        assertThat(log.text("data.0.event")).isEqualTo(request.id());
        Api.Reply one = customer.get(path(made) + "/deliveries/" + log.text("data.0.id"))
                .expect(200);
        assertThat(one.text("body")).isEqualTo(request.body());
        assertThat(one.text("log.0.status")).isEqualTo("200");
        assertThat(one.text("log.0.response")).isEqualTo("answer 200");
        assertThat(customer.get(path(made)).text("succeeded_at")).isNotEqualTo("null");
    }

    @Test
    void aFilterTakesWhatItNamesAndNothingElse() {
        Api customer = api().signedUp();
        make(customer, "[\"workload.*\", \"workload.*\"]").expect(201);
        rename(customer, "Renamed");
        customer.post("/v1/workloads", "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"berth/sample:1\"}")
                .expect(202);
        await().atMost(SOON).until(() -> !receiver.of("workload.created").isEmpty());
        assertThat(receiver.requests()).extracting(Receiver.Request::type).containsOnly("workload.created");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url         | null                              | is required
            url         | "http://10.0.0.1/"                | private
            url         | "https://[::1]/"                  | loopback
            url         | "http://1.1.1.1/"                 | https only
            url         | "https://no-such-name.invalid/"   | not known
            url         | "https://u:p@example.com/"        | user
            url         | "ftp://example.com/"              | https://
            url         | "https://a\\u0000b/"              | ASCII
            events      | ["container.strated"]             | did you mean 'container.started'
            events      | ["webhook.delivery_failed"]       | must be a type
            events      | ["*"]                             | must be a type
            events      | [null]                            | must be a type
            events      | [".*"]                            | must be a type
            description | "a\\u0000"                        | one line
            description | "a\\ud800"                        | one line
            """)
    void whatIsWrongIsNamed(String field, String value, String why) {
        String url = field.equals("url") ? "" : "\"url\": \"%s\", ".formatted(receiver.url());
        Api.Reply reply = api().signedUp()
                .post("/v1/webhook_endpoints", "{%s\"%s\": %s}".formatted(url, field, value))
                .expect(422);
        assertThat(reply.text("errors.0.field")).startsWith(field);
        assertThat(reply.text("errors.0.message")).contains(why);
    }

    @Test
    void whatIsAnotherAccountsIsAsIfItWereNotThere() {
        Api customer = api().signedUp();
        Api.Reply made = make(customer, "[]").expect(201);
        customer.post(path(made) + "/test").expect(202);
        String delivery = settled(customer, path(made), 1).text("data.0.id");
        Api foreign = api().signedUp();
        Api.Reply own = make(foreign, "[]").expect(201);
        String missing = "/v1/webhook_endpoints/whk_00000000000000000000000000";
        for (String there : List.of(path(made), missing, "/v1/webhook_endpoints/x")) {
            foreign.get(there).expect(404);
            foreign.patch(there, "{\"disabled\": true}").expect(404);
            foreign.delete(there).expect(404);
            foreign.post(there + "/rotate_secret").expect(404);
            foreign.post(there + "/test").expect(404);
            foreign.post(there + "/replay", "{\"since\": \"2026-01-01T00:00:00Z\"}")
                    .expect(404);
            foreign.get(there + "/deliveries").expect(404);
            foreign.get(there + "/deliveries/" + delivery).expect(404);
            foreign.post(there + "/deliveries/" + delivery + "/replay").expect(404);
        }
        String detail = foreign.get(path(made)).text("detail").replace(made.text("id"), "");
        assertThat(foreign.get(missing).text("detail").replace("whk_00000000000000000000000000", ""))
                .isEqualTo(detail);
        foreign.get(path(own) + "/deliveries/" + delivery).expect(404);
        foreign.post(path(own) + "/deliveries/" + delivery + "/replay").expect(404);
        assertThat(foreign.get("/v1/webhook_endpoints").json().path("data").size())
                .isEqualTo(1);
        assertThat(customer.get(path(made)).expect(200).text("disabled")).isEqualTo("false");
    }

    @Test
    void nobodyHasEventsSentThatTheyMayNotRead() {
        Api owner = api().signedUp();
        Api hooks = api().key(owner.post(
                        "/v1/api_keys",
                        "{\"name\": \"hooks\", \"scopes\": [\"webhooks:read\", \"webhooks:write\", \"workloads:read\"]}")
                .expect(201)
                .text("secret"));
        assertThat(make(hooks, "[]").expect(403).text("scope")).isEqualTo("account:read");
        assertThat(make(hooks, "[\"invoice.*\"]").expect(403).text("scope")).isEqualTo("billing:read");
        Api.Reply part = make(hooks, "[\"workload.*\"]").expect(201);
        hooks.patch(path(part), "{\"events\": []}").expect(403);
        hooks.patch(path(part), "{\"events\": [\"container.*\"]}").expect(200);
        Api.Reply all = make(owner, "[]").expect(201);
        hooks.patch(path(all), "{\"url\": \"%s\"}".formatted(receiver.url())).expect(403);
        hooks.patch(path(all), "{\"description\": \"theirs\"}").expect(200);

        rename(owner, "Renamed");
        String delivery = settled(owner, path(all), 1).text("data.0.id");
        assertThat(owner.get(path(all) + "/deliveries/" + delivery).text("body"))
                .contains("Renamed");
        assertThat(hooks.get(path(all) + "/deliveries/" + delivery).expect(200).body())
                .doesNotContain("Renamed");

        Api reads = api().key(owner.post("/v1/api_keys", "{\"name\": \"reads\", \"scopes\": [\"webhooks:read\"]}")
                .expect(201)
                .text("secret"));
        reads.get(path(all)).expect(200);
        reads.post(path(all) + "/test").expect(403);
        reads.post(path(all) + "/rotate_secret").expect(403);
        api().key(owner.post("/v1/api_keys", "{\"name\": \"none\", \"scopes\": [\"account:read\"]}")
                        .text("secret"))
                .get(path(all))
                .expect(403);
    }

    @Test
    void aChangeTakesIfMatchAndAnAccountHasTen() {
        Api customer = api().signedUp();
        Api.Reply made = make(customer, "[]").expect(201);
        String etag = made.text("etag");
        assertThat(made.header("ETag")).isEqualTo(etag);
        Api.Reply changed = customer.with("If-Match", etag)
                .patch(path(made), "{\"description\": \"new\"}")
                .expect(200);
        customer.with("If-Match", etag)
                .patch(path(made), "{\"description\": \"old\"}")
                .expect(412);
        customer.with("If-Match", etag).delete(path(made)).expect(412);
        customer.with("If-Match", etag).post(path(made) + "/rotate_secret").expect(412);
        assertThat(customer.get(path(made)).header("ETag")).isEqualTo(changed.text("etag"));
        for (int i = 1; i < 10; i++) {
            make(customer, "[]").expect(201);
        }
        assertThat(make(customer, "[]").expect(409).text("limit")).isEqualTo("10");
        customer.delete(path(made)).expect(204);
        customer.get(path(made)).expect(404);
        Api again = customer.with("Idempotency-Key", "once");
        assertThat(make(again, "[]").expect(201).text("secret"))
                .isEqualTo(make(again, "[]").expect(201).text("secret"));
    }

    @Test
    void afterARotationBothSecretsSignAndNeitherIsInAnyRow() throws Exception {
        Api customer = api().signedUp();
        Api.Reply made = make(customer, "[]").expect(201);
        String first = made.text("secret");
        Api.Reply rotated = customer.post(path(made) + "/rotate_secret").expect(200);
        String second = rotated.text("secret");
        assertThat(rotated.text("previous_secret_until")).isNotEqualTo("null");
        customer.post(path(made) + "/test").expect(202);
        await().atMost(SOON).until(() -> receiver.of("webhook.test").size() == 1);
        Receiver.Request both = receiver.of("webhook.test").getFirst();
        for (String secret : List.of(first, second)) {
            assertThatCode(() -> new Webhook(secret).verify(both.body(), both.http()))
                    .doesNotThrowAnyException();
        }
        customer.post(path(made) + "/rotate_secret").expect(200);
        customer.post(path(made) + "/test").expect(202);
        await().atMost(SOON).until(() -> receiver.of("webhook.test").size() == 2);
        Receiver.Request later = receiver.of("webhook.test").get(1);
        assertThatCode(() -> new Webhook(second).verify(later.body(), later.http()))
                .doesNotThrowAnyException();
        assertThatCode(() -> new Webhook(first).verify(later.body(), later.http()))
                .isInstanceOf(Exception.class);
        for (String table : List.of("webhook_endpoint", "webhook_message", "webhook_attempt", "idempotency")) {
            assertThat(dsl.fetch("select t::text from {0} t", DSL.name(table)).formatCSV())
                    .as(table)
                    .doesNotContain(first.substring(6), second.substring(6));
        }
    }

    @Test
    void aTestIsSentOnceAndOnlyThereAndIsNoEventOfTheAccount() {
        Api customer = api().signedUp();
        Api.Reply made = make(customer, "[\"invoice.*\"]").expect(201);
        Api.Reply other = make(customer, "[]").expect(201);
        receiver.answers(500, Map.of());
        Api.Reply asked = customer.post(path(made) + "/test").expect(202);
        assertThat(asked.header("Location")).endsWith("/deliveries/" + asked.text("id"));
        Api.Reply log = settled(customer, path(made), 1);
        assertThat(log.text("data.0.state")).isEqualTo("failed");
        assertThat(log.text("data.0.message")).isEqualTo("answered 500");
        assertThat(log.text("data.0.test")).isEqualTo("true");
        assertThat(customer.get(path(other) + "/deliveries").json().path("data").valueStream())
                .noneMatch(one -> one.path("type").asString().equals("webhook.test"));
        assertThat(customer.get("/v1/events").body()).doesNotContain("webhook.");
        receiver.answers(200, Map.of());
        customer.patch(path(made), "{\"disabled\": true}").expect(200);
        customer.post(path(made) + "/test").expect(202);
        assertThat(settled(customer, path(made), 2).text("data.0.state")).isEqualTo("succeeded");
        for (int i = 0; i < 20; i++) {
            customer.post(path(made) + "/test");
        }
        Api.Reply tooMany = customer.post(path(made) + "/test").expect(429);
        assertThat(tooMany.header("Retry-After")).isNotNull();
    }

    @Test
    void aReplaySendsTheSameBytesUnderTheSameId() {
        Api customer = api().signedUp();
        Api.Reply made = make(customer, "[\"account.renamed\"]").expect(201);
        rename(customer, "Once");
        String delivery = settled(customer, path(made), 1).text("data.0.id");
        String replay = path(made) + "/deliveries/" + delivery + "/replay";
        customer.post(replay).expect(202);
        await().atMost(SOON).until(() -> receiver.of("account.renamed").size() == 2);
        List<Receiver.Request> twice = receiver.of("account.renamed");
        assertThat(twice.get(1).id()).isEqualTo(twice.get(0).id());
        assertThat(twice.get(1).body()).isEqualTo(twice.get(0).body());
        assertThat(settled(customer, path(made), 1).text("data.0.attempts")).isEqualTo("2");

        customer.patch(path(made), "{\"disabled\": true}").expect(200);
        customer.post(replay).expect(409);
        customer.post(path(made) + "/replay", "{\"since\": \"2026-01-01T00:00:00Z\"}")
                .expect(409);
        for (String since : List.of("{}", "{\"since\": \"x\"}", "{\"since\": \"+900000000-01-01T00:00:00Z\"}")) {
            customer.post(path(made) + "/replay", since).expect(422);
        }
        customer.get(path(made) + "/deliveries?state=lost").expect(422);
        customer.get(path(made) + "/deliveries?cursor=x").expect(422);
        assertThat(customer.get(path(made) + "/deliveries?state=failed")
                        .json()
                        .path("data")
                        .size())
                .isZero();
    }

    @Test
    void aReceiverThatIsGoneIsDisabledAndTheAccountIsToldWithoutAWebhookOfThat() {
        Api customer = api().signedUp();
        Api.Reply made = make(customer, "[]").expect(201);
        receiver.answers(410, Map.of());
        rename(customer, "Gone");
        await().atMost(SOON)
                .until(() -> customer.get(path(made)).text("disabled").equals("true"));
        assertThat(customer.get(path(made)).text("disabled_reason")).contains("410");
        JsonNode told =
                customer.get("/v1/events?type=webhook").expect(200).json().path("data");
        assertThat(told.valueStream().map(one -> one.path("type").asString()))
                .contains("webhook.delivery_failed", "webhook.endpoint_disabled");
        rename(customer, "Again");
        await().atMost(SOON)
                .until(() -> customer.get("/v1/events?type=account.renamed")
                                .json()
                                .path("data")
                                .size()
                        == 2);
        receiver.answers(200, Map.of());
        customer.patch(path(made), "{\"disabled\": false}").expect(200);
        rename(customer, "Back");
        await().atMost(SOON).until(() -> receiver.requests().stream().anyMatch(one -> one.answered() == 200));
        assertThat(receiver.requests().stream()
                        .filter(one -> one.answered() == 200)
                        .map(one -> data(one).path("name").asString()))
                .as("what happened meanwhile is not sent, and nothing about webhooks is")
                .containsExactly("Back");
    }

    private static JsonNode data(Receiver.Request request) {
        return Json.mapper().readTree(request.body()).path("data");
    }
}
