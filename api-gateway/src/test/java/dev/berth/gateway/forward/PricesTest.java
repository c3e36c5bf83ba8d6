package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account is shown the prices it is billed by. */
class PricesTest extends GatewayTest {
    private Api customer;

    @BeforeEach
    void signUp() {
        Api.Reply signup = api().signup();
        customer = api().key(signup.text("api_key.secret"));
        StandIns.shared().pays(signup.text("account.id"), "EUR");
    }

    @Test
    void theListIsTheCallersOwnUnlessAnotherIsAskedFor() {
        assertThat(customer.get("/v1/prices").expect(200).text("currency")).isEqualTo("EUR");
        assertThat(api().get("/v1/prices").expect(200).text("currency")).isEqualTo("USD");
        assertThat(api().signedUp().get("/v1/prices").expect(200).text("currency"))
                .isEqualTo("USD");
        assertThat(customer.get("/v1/prices?currency=USD").expect(200).text("currency"))
                .isEqualTo("USD");
        Api.Reply team = api().get("/v1/prices?currency=EUR&plan=team").expect(200);
        assertThat(team.text("currency")).isEqualTo("EUR");
        assertThat(team.text("name")).isEqualTo("team");
        assertThat(api().get("/v1/prices?currency=XXX").expect(422).text("code"))
                .isEqualTo("unsupported_currency");
        assertThat(api().get("/v1/prices?currency=e").expect(422).text("errors.0.field"))
                .isEqualTo("currency");
        assertThat(api().get("/v1/prices?plan=none").expect(422).text("errors.0.field"))
                .isEqualTo("plan");
    }

    @Test
    void theBurnRateAndThePageOfUseAreInTheAccountsCurrency() {
        try (Stream<String> lines = customer.follow("/v1/usage/live")) {
            String first =
                    lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow();
            assertThat(first).contains("\"burn_rate\":{\"per_hour\":\"0.000000\",\"currency\":\"EUR\"}");
        }
        String page = customer.get("/usage").expect(200).body();
        assertThat(page)
                .containsPattern("data-burn[^>]*>€0.00")
                .containsPattern("in all[^<]*")
                .contains("€");
    }
}
