package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignupTest extends GatewayTest {
    @Test
    void opensAnAccountWithAKeyThatWorksAtOnce() {
        Api.Reply reply = api().post("/v1/signup", """
                        {"email": "%s", "password": "correct horse", "name": "Ada", "currency": "EUR",
                         "time_zone": "Europe/Berlin", "plan": "team"}""".formatted(Api.email())).expect(201);
        assertThat(reply.text("account.plan")).isEqualTo("team");
        assertThat(reply.text("account.currency")).isEqualTo("EUR");
        assertThat(reply.text("account.time_zone")).isEqualTo("Europe/Berlin");
        assertThat(reply.text("account.standing")).isEqualTo("good");
        assertThat(reply.text("account.state")).isEqualTo("provisioning");
        assertThat(reply.text("user.id")).startsWith("usr_");
        assertThat(reply.header("Location")).isEqualTo("/v1/account");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        String secret = reply.text("api_key.secret");
        assertThat(secret).matches("berth_sk_[0-9a-z]{51}");
        Api customer = api().key(secret);
        assertThat(customer.get("/v1/account").expect(200).text("id")).isEqualTo(reply.text("account.id"));
        assertThat(customer.get("/v1/quota").expect(200).text("limits.containers"))
                .isEqualTo("50");
    }

    @Test
    void tellsTheOtherServicesWithTheLimitsOfThePlan() {
        Api.Reply reply = api().signup();
        AccountId account = AccountId.parse(reply.text("account.id"));
        List<String> events = payloads(account.toString());
        assertThat(events).hasSize(1);
        AccountOpened opened = Json.mapper().readValue(events.getFirst(), AccountOpened.class);
        assertThat(opened.account()).isEqualTo(account);
        assertThat(opened.plan()).isEqualTo("starter");
        assertThat(opened.currency()).isEqualTo("USD");
        assertThat(opened.timeZone()).isEqualTo("UTC");
        assertThat(opened.maxContainers()).isEqualTo(10);
    }

    @Test
    void givesAnAddressOnlyOneAccountHoweverItIsWritten() {
        String email = Api.email();
        String body = "{\"email\": \"%s\", \"password\": \"correct horse\", \"name\": \"Ada\"}";
        api().post("/v1/signup", body.formatted(email)).expect(201);
        Api.Reply again =
                api().post("/v1/signup", body.formatted("  " + email.toUpperCase(java.util.Locale.ROOT) + " "));
        assertThat(again.expect(409).text("code")).isEqualTo("email_taken");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            email     | {"password": "correct horse", "name": "Ada"}
            email     | {"email": "ada@", "password": "correct horse", "name": "Ada"}
            email     | {"email": "a b@example.com", "password": "correct horse", "name": "Ada"}
            password  | {"email": "x1@example.com", "password": "short", "name": "Ada"}
            password  | {"email": "x1@example.com", "password": "X1@example.com", "name": "Ada"}
            name      | {"email": "x1@example.com", "password": "correct horse", "name": " "}
            name      | {"email": "x1@example.com", "password": "correct horse", "name": "a\\u0000b"}
            currency  | {"email": "x1@example.com", "password": "correct horse", "name": "Ada", "currency": "XXX"}
            time_zone | {"email": "x1@example.com", "password": "correct horse", "name": "Ada", "time_zone": "Mars/Olympus"}
            time_zone | {"email": "x1@example.com", "password": "correct horse", "name": "Ada", "time_zone": "+02:00"}
            plan      | {"email": "x1@example.com", "password": "correct horse", "name": "Ada", "plan": "gold"}
            """)
    void refusesAFieldThatIsWrong(String field, String body) {
        Api.Reply reply = api().post("/v1/signup", body).expect(422);
        assertThat(reply.text("code")).isEqualTo("invalid");
        assertThat(reply.text("errors.0.field")).isEqualTo(field);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.text("request_id")).isEqualTo(reply.header("X-Request-Id"));
    }

    @Test
    void namesAllFieldsThatAreWrongAtOnce() {
        Api.Reply reply = api().post("/v1/signup", "{}").expect(422);
        assertThat(reply.json()
                        .path("errors")
                        .valueStream()
                        .map(error -> error.path("field").stringValue()))
                .containsExactly("email", "password", "name");
    }

    @Test
    void keepsNoSecretInTheDatabase() {
        Api.Reply reply = api().with("Idempotency-Key", "k-" + Api.email())
                .post(
                        "/v1/signup",
                        "{\"email\": \"%s\", \"password\": \"canary horse battery\", \"name\": \"Ada\"}"
                                .formatted(Api.email()))
                .expect(201);
        String secret = reply.text("api_key.secret");
        for (String table : List.of("account", "users", "api_key", "session", "idempotency", "outbox")) {
            String rows = dsl.fetch(
                            "select t::text, encode(convert_to(t::text, 'UTF8'), 'escape') from %s t".formatted(table))
                    .format(Integer.MAX_VALUE);
            assertThat(rows).doesNotContain("canary horse battery").doesNotContain(secret);
            assertThat(rows)
                    .doesNotContain(java.util.HexFormat.of()
                            .formatHex(secret.substring(0, 30).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
    }
}
