package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.StandIns;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The page of who buys, of credit and of coupons. */
class BillingPagesTest extends GatewayTest {
    private String csrf = "";

    private Api visitor(String email) {
        Api.Reply session =
                api().post("/v1/session", """
                {"email": "%s", "password": "%s"}""".formatted(email, People.PASSWORD)).expect(201);
        String cookie = Objects.requireNonNull(session.header("Set-Cookie"));
        csrf = session.text("csrf_token");
        return api().with("Cookie", cookie.substring(0, cookie.indexOf(';')));
    }

    private Api.Reply form(Api browser, String path, Map<String, String> fields) {
        Map<String, String> all = new HashMap<>(fields);
        all.put("_csrf", csrf);
        return browser.form(path, all);
    }

    @Test
    void whoBuysIsSavedAndWhatIsWrongIsSaidAtItsField() {
        Api owner = visitor(new People(api(), api().key(OPERATOR)).owner().email());
        assertThat(owner.get("/account/billing").expect(200).body())
                .contains(
                        "The next invoice bears 19 % tax.", "No credit was granted yet", "Code of a coupon", "Germany");
        assertThat(form(owner, "/account/billing", Map.of("country", "DE", "vat_id", "XX1"))
                        .expect(422)
                        .body())
                .contains("has wrong check digits", "value=\"XX1\"", "aria-invalid=\"true\"");
        form(
                        owner,
                        "/account/billing",
                        Map.of("legal_name", "Engines <Ltd>", "address", "Way 1\n20457 Hamburg", "country", "DE"))
                .expect(302);
        assertThat(owner.get("/account/billing?saved=1").expect(200).body())
                .contains("It is saved", "Engines &lt;Ltd&gt;", "20457 Hamburg");
        assertThat(StandIns.shared().callsTo("/internal/v1/billing_details"))
                .anySatisfy(call -> assertThat(call.body()).contains("\"vat_id\":null", "Engines <Ltd>"));
    }

    @Test
    void aCouponIsRedeemedAndOneThatThereIsNotIsRefused() {
        Api owner = visitor(new People(api(), api().key(OPERATOR)).owner().email());
        assertThat(form(owner, "/account/billing/coupon", Map.of("code", "NOTHING"))
                        .expect(404)
                        .body())
                .contains("There is no coupon NOTHING.", "value=\"NOTHING\"");
        assertThat(form(owner, "/account/billing/coupon", Map.of()).expect(422).body())
                .contains("must have 1 to 100 characters");
        form(owner, "/account/billing/coupon", Map.of("code", "WELCOME10")).expect(302);
        assertThat(owner.get("/account/billing").expect(200).body()).contains("WELCOME10", "10 %");
    }

    @Test
    void whoMayOnlyReadSeesNoButton() {
        People people = new People(api(), api().key(OPERATOR));
        People.Person owner = people.owner();
        Api viewer = visitor(people.joined(owner, "viewer").email());
        assertThat(viewer.get("/account/billing").expect(200).body())
                .contains("disabled")
                .doesNotContain("Redeem", ">Save<");
        form(viewer, "/account/billing/coupon", Map.of("code", "WELCOME10")).expect(403);
    }
}
