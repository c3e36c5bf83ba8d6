package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import org.junit.jupiter.api.Test;

class ApiKeyTest extends GatewayTest {
    @Test
    void showsTheSecretOnceAndOnlyItsBeginningLater() {
        Api owner = api().signedUp();
        Api.Reply made = owner.post("/v1/api_keys", "{\"name\": \"ci\"}").expect(201);
        Api.Reply list = owner.get("/v1/api_keys").expect(200);
        assertThat(list.json().path("data").size()).isEqualTo(2);
        assertThat(list.text("data.0.name")).isEqualTo("ci");
        assertThat(made.text("secret")).startsWith(list.text("data.0.prefix"));
        assertThat(list.body()).doesNotContain(made.text("secret"));
        assertThat(list.text("next_cursor")).isEqualTo("null");
    }

    @Test
    void letsAKeyDoNoMoreThanItsScopes() {
        Api owner = api().signedUp();
        String secret = owner.post("/v1/api_keys", "{\"name\": \"ci\", \"scopes\": [\"workloads:read\"]}")
                .expect(201)
                .text("secret");
        Api reader = api().key(secret);
        reader.get("/v1/workloads").expect(200);
        Api.Reply refused = reader.post(
                        "/v1/workloads", "{\"name\": \"web\", \"kind\": \"service\", \"image\": \"nginx\"}")
                .expect(403);
        assertThat(refused.text("code")).isEqualTo("forbidden");
        assertThat(refused.text("scope")).isEqualTo("workloads:write");
        reader.get("/v1/account").expect(403);
    }

    @Test
    void makesNoKeyThatMayMoreThanItsMaker() {
        Api owner = api().signedUp();
        String secret = owner.post(
                        "/v1/api_keys", "{\"name\": \"a\", \"scopes\": [\"keys:write\", \"workloads:read\"]}")
                .expect(201)
                .text("secret");
        Api maker = api().key(secret);
        maker.post("/v1/api_keys", "{\"name\": \"b\", \"scopes\": [\"workloads:write\"]}")
                .expect(403);
        Api.Reply same = maker.post("/v1/api_keys", "{\"name\": \"b\"}").expect(201);
        assertThat(same.json().path("scopes").size()).isEqualTo(2);
    }

    @Test
    void refusesADeletedKeyFromTheNextCallOn() {
        Api owner = api().signedUp();
        Api.Reply made = owner.post("/v1/api_keys", "{\"name\": \"ci\"}").expect(201);
        Api key = api().key(made.text("secret"));
        key.get("/v1/account").expect(200);
        owner.delete("/v1/api_keys/" + made.text("id")).expect(204);
        assertThat(key.get("/v1/account").expect(401).header("WWW-Authenticate"))
                .startsWith("Bearer");
        owner.delete("/v1/api_keys/" + made.text("id")).expect(404);
    }

    @Test
    void hidesAnotherAccountsKeyAsIfItWereNotThere() {
        Api.Reply made =
                api().signedUp().post("/v1/api_keys", "{\"name\": \"ci\"}").expect(201);
        Api stranger = api().signedUp();
        Api.Reply foreign = stranger.delete("/v1/api_keys/" + made.text("id")).expect(404);
        String unknown = dev.berth.schema.id.ApiKeyId.next().toString();
        Api.Reply missing = stranger.delete("/v1/api_keys/" + unknown).expect(404);
        assertThat(foreign.body().replace(foreign.text("request_id"), "").replace(made.text("id"), "?"))
                .isEqualTo(
                        missing.body().replace(missing.text("request_id"), "").replace(unknown, "?"));
        api().key(made.text("secret")).get("/v1/account").expect(200);
    }

    @Test
    void knowsTheOperatorByTheWholeKeyOnly() {
        api().key(OPERATOR).get("/operator/v1/accounts").expect(200);
        api().key(OPERATOR.substring(0, OPERATOR.length() - 1))
                .get("/operator/v1/accounts")
                .expect(401);
        api().get("/operator/v1/accounts").expect(401);
        api().signedUp().get("/operator/v1/accounts").expect(403);
        api().key(OPERATOR).get("/v1/workloads").expect(403);
    }

    @Test
    void givesAnAccountOtherLimitsOnTheOperatorsWord() {
        Api.Reply signup = api().signup();
        String id = signup.text("account.id");
        Api operator = api().key(OPERATOR);
        operator.post("/operator/v1/accounts/" + id + "/quota", "{\"containers\": 3}")
                .expect(200);
        Api customer = api().key(signup.text("api_key.secret"));
        Api.Reply quota = customer.get("/v1/quota").expect(200);
        assertThat(quota.text("limits.containers")).isEqualTo("3");
        assertThat(quota.text("limits.cpu_millis")).isEqualTo("8000");
        operator.post("/operator/v1/accounts/" + id + "/plan", "{\"plan\": \"business\"}")
                .expect(200);
        assertThat(customer.get("/v1/account").text("plan")).isEqualTo("business");
        assertThat(customer.get("/v1/quota").text("limits.containers")).isEqualTo("200");
        operator.post("/operator/v1/accounts/" + id + "/quota", "{\"containers\": -1}")
                .expect(422);
        assertThat(operator.get("/operator/v1/accounts/" + id).expect(200).text("email"))
                .isEqualTo(signup.text("user.email"));
    }

    @Test
    void refusesAKeyThatIsAtItsEnd() {
        Api owner = api().signedUp();
        String soon = java.time.Instant.now().plusSeconds(3600).toString();
        Api.Reply made = owner.post("/v1/api_keys", "{\"name\": \"ci\", \"expires_at\": \"%s\"}".formatted(soon))
                .expect(201);
        Api key = api().key(made.text("secret"));
        key.get("/v1/account").expect(200);
        assertThat(owner.get("/v1/api_keys").text("data.0.last_used_at")).isNotEqualTo("null");
        superuser()
                .execute(
                        "update gateway.api_key set expires_at = now() where api_key_id = {0}",
                        org.jooq.impl.DSL.val(dev.berth.schema.id.ApiKeyId.parse(made.text("id"))
                                .uuid()));
        key.get("/v1/account").expect(401);
        owner.post("/v1/api_keys", "{\"name\": \"ci\", \"expires_at\": \"2020-01-01T00:00:00Z\"}")
                .expect(422);
        owner.post("/v1/api_keys", "{\"name\": \"ci\", \"expires_at\": \"soon\"}")
                .expect(422);
    }

    @Test
    void rotatesAKeyWithAnOverlap() {
        Api owner = api().signedUp();
        Api.Reply made = owner.post("/v1/api_keys", "{\"name\": \"ci\"}").expect(201);
        String path = "/v1/api_keys/" + made.text("id") + "/rotate";
        Api.Reply second = owner.post(path, "{\"overlap_s\": 3600}").expect(200);
        assertThat(second.text("id")).isEqualTo(made.text("id"));
        assertThat(second.text("old_valid_until")).isNotEqualTo("null");
        api().key(made.text("secret")).get("/v1/account").expect(200);
        api().key(second.text("secret")).get("/v1/account").expect(200);
        Api.Reply third = owner.post(path).expect(200);
        api().key(made.text("secret")).get("/v1/account").expect(401);
        api().key(second.text("secret")).get("/v1/account").expect(401);
        api().key(third.text("secret")).get("/v1/account").expect(200);
        owner.post(path, "{\"overlap_s\": 1}").expect(200);
        org.awaitility.Awaitility.await()
                .until(() -> api().key(third.text("secret")).get("/v1/account").status() == 401);
        owner.post(path, "{\"overlap_s\": 86401}").expect(422);
        owner.post(path, "{\"overlap_s\": -1}").expect(422);
        owner.post("/v1/api_keys/nonsense/rotate").expect(404);
        api().signedUp().post(path).expect(404);
    }

    /** Else the secret of a key that may more would be the way to more. */
    @Test
    void rotatesNoKeyThatMayMoreThanTheCaller() {
        Api owner = api().signedUp();
        String all =
                owner.post("/v1/api_keys", "{\"name\": \"all\"}").expect(201).text("id");
        Api little = api().key(owner.post(
                        "/v1/api_keys", "{\"name\": \"few\", \"scopes\": [\"keys:write\", \"workloads:read\"]}")
                .expect(201)
                .text("secret"));
        little.post("/v1/api_keys/" + all + "/rotate").expect(403);
    }
}
