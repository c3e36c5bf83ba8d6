package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import org.junit.jupiter.api.Test;

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
}
