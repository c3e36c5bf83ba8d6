package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.StandIns;
import dev.berth.schema.wire.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Cards in the portal, and Stripe's webhooks on their way through. */
class PaymentMethodPagesTest extends GatewayTest {
    private String csrf = "";

    /** Somebody in a browser. */
    private Api visitor(String email) {
        Api.Reply session =
                api().post("/v1/session", """
                {"email": "%s", "password": "%s"}""".formatted(email, People.PASSWORD)).expect(201);
        csrf = session.text("csrf_token");
        String cookie = Objects.requireNonNull(session.header("Set-Cookie"));
        return api().with("Cookie", cookie.substring(0, cookie.indexOf(';')));
    }

    private Api.Reply form(Api browser, String path, Map<String, String> fields) {
        Map<String, String> all = new HashMap<>(fields);
        all.put("_csrf", csrf);
        return browser.form(path, all);
    }

    @Test
    void aCardIsAddedElsewhereMadeTheDefaultUsedAndRemoved() {
        String email = new People(api(), api().key(OPERATOR)).owner().email();
        Api browser = visitor(email);
        String account = browser.get("/v1/account").expect(200).text("id");
        assertThat(browser.get("/payment_methods").expect(200).body()).contains("No payment provider is set up");

        String first = StandIns.shared()
                .cards()
                .card(account, "visa", "4242")
                .path("id")
                .asString();
        String second = StandIns.shared()
                .cards()
                .card(account, "mastercard", "4444")
                .path("id")
                .asString();
        assertThat(browser.get("/payment_methods?added=1").expect(200).body())
                .contains(
                        "Visa ending in 4242",
                        "Mastercard ending in 4444",
                        "12/2030",
                        "The card is here",
                        "Add a card");
        assertThat(form(browser, "/payment_methods", Map.of()).expect(200).body())
                .as("a form leads nowhere but here, a link does")
                .contains("href=\"http://127.0.0.1:8099/c/pay/cs_test_1\"");
        form(browser, "/payment_methods/%s/default".formatted(second), Map.of()).expect(302);
        assertThat(browser.get("/v1/payment_methods").expect(200).text("data.1.is_default"))
                .isEqualTo("true");

        String invoice = StandIns.shared()
                .invoice(account, "B-000001", "final")
                .path("id")
                .asString();
        assertThat(browser.get("/invoices/%s/pay".formatted(invoice))
                        .expect(200)
                        .body())
                .contains("Mastercard ending in 4444")
                .doesNotContain("test cards");
        form(browser, "/payment_methods/%s/remove".formatted(first), Map.of()).expect(302);
        assertThat(browser.get("/payment_methods").expect(200).body()).doesNotContain("4242");
        form(browser, "/payment_methods/%s/remove".formatted(first), Map.of()).expect(404);
    }

    @Test
    void aWebhookOfStripesGoesOnByteForByteAndIsKeptNowhereHere() {
        String body = "{\"id\": \"evt_1\",  \"note\": \"Z\u00fcrich \u2603\"}\n";
        api().with("Stripe-Signature", "t=1,v1=00")
                .post("/webhooks/stripe", body)
                .expect(200);
        String sent = StandIns.shared()
                .callsTo("/internal/v1/stripe/webhook")
                .getLast()
                .body();
        assertThat(Json.mapper().readTree(sent).path("body").asString()).isEqualTo(body);
        assertThat(Json.mapper().readTree(sent).path("signature").asString()).isEqualTo("t=1,v1=00");
    }
}
