package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The page of the spend cap, by played answers of billing: $3.21 of $50.00. */
class SpendCapPagesTest extends GatewayTest {
    @Test
    void eachFormIsThereOnceOnThePageAndOneOnTheOverview() {
        String email = new People(api(), api().key(OPERATOR)).owner().email();
        Api.Reply session =
                api().post("/v1/session", """
                {"email": "%s", "password": "%s"}""".formatted(email, People.PASSWORD)).expect(201);
        String cookie = Objects.requireNonNull(session.header("Set-Cookie"));
        Api browser = api().with("Cookie", cookie.substring(0, cookie.indexOf(';')));
        String page = browser.get("/spend-cap").expect(200).body();
        assertThat(page).contains("$3.21").contains("$50.00");
        assertThat(page).containsOnlyOnce("action=\"/spend-cap\"").containsOnlyOnce("action=\"/spend-cap/remove\"");
        String overview = browser.get("/overview").expect(200).body();
        assertThat(overview).containsOnlyOnce("action=\"/spend-cap\"").doesNotContain("action=\"/spend-cap/remove\"");
    }
}
