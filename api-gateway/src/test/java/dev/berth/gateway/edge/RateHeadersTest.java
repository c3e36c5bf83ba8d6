package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each answer says by which limits its call was counted (draft-ietf-httpapi-ratelimit-headers). */
class RateHeadersTest extends GatewayTest {
    private static void told(Api.Reply reply, String... kinds) {
        String rates = Objects.requireNonNull(reply.header("RateLimit"));
        String policies = Objects.requireNonNull(reply.header("RateLimit-Policy"));
        assertThat(rates.split(", ")).hasSize(kinds.length);
        assertThat(policies.split(", ")).hasSize(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            assertThat(rates.split(", ")[i]).matches("\"" + Pattern.quote(kinds[i]) + "\";r=[0-9]+;t=[0-9]+");
            assertThat(policies.split(", ")[i]).matches("\"" + Pattern.quote(kinds[i]) + "\";q=[0-9]+;w=[0-9]+");
        }
    }

    @Test
    void allAnswersNameTheLimitsThatTheyCountedFor() {
        Api.Reply signup = api().signup();
        told(signup, "address", "signup");
        Api customer = api().key(signup.text("api_key.secret"));
        told(customer.get("/v1/account").expect(200), "account", "key");
        told(customer.get("/v1/workloads/none").expect(404), "account", "key");
        told(customer.post("/v1/workloads", "{}").expect(422), "account", "key");
        told(api().get("/v1/plans").expect(200), "address");
        told(api().get("/v1/account").expect(401), "address");
        assertThat(api().key(OPERATOR).get("/operator/v1/accounts").expect(200).header("RateLimit"))
                .isNull(); // who is not limited
    }
}
