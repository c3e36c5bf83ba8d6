package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages of webhooks, as a browser without JavaScript uses them. */
class WebhookPagesTest extends GatewayTest {
    /** It answers with a problem, so what is sent there fails. */
    private static final String NOBODY = StandIns.shared().url() + "/hook";

    private static final Pattern SECRET = Pattern.compile("whsec_[A-Za-z0-9+/=]+");

    private static String path(Api customer) {
        return "/webhooks/" + customer.get("/v1/webhook_endpoints").text("data.0.id");
    }

    private static String secret(Api.Reply page) {
        Matcher found = SECRET.matcher(page.body());
        assertThat(found.find()).as("the page shows a secret").isTrue();
        return found.group();
    }

    @Test
    void anEndpointIsMadeTestedChangedAndDeletedByForms() {
        Api customer = api().signedUp();
        assertThat(customer.get("/webhooks").expect(200).body()).contains("No endpoints", "invoice.*");
        Api.Reply wrong = customer.form(
                        "/webhooks", Map.of("url", "http://10.0.0.1/", "description", "ours", "events", "invoice.*"))
                .expect(422);
        assertThat(wrong.body())
                .contains("leads to a private address", "ours")
                .containsPattern("invoice\\.\\*\"[^>]*checked");

        Api.Reply made = customer.form("/webhooks", Map.of("url", NOBODY, "description", "ours", "events", "invoice.*"))
                .expect(200);
        String first = secret(made);
        String path = path(customer);
        assertThat(customer.get(path).expect(200).body())
                .contains("ours", NOBODY, "Nothing was sent yet")
                .doesNotContain(first);

        String delivery = Objects.requireNonNull(
                customer.form(path + "/test", Map.of()).expect(302).header("Location"));
        String deliveryPath = delivery.substring(delivery.indexOf("/webhooks/"));
        String page = await().atMost(Duration.ofSeconds(30))
                .until(() -> customer.get(deliveryPath).expect(200).body(), body -> body.contains(">failed<"));
        assertThat(page)
                .contains("webhook.test", "Berth can reach this endpoint", "answered 4", "a test is tried once");
        assertThat(customer.get(path).body()).contains("webhook.test");
        customer.form(deliveryPath + "/replay", Map.of()).expect(302);

        assertThat(secret(customer.form(path + "/rotate", Map.of()).expect(200)))
                .isNotEqualTo(first);
        customer.form(path + "/change", Map.of("url", NOBODY, "description", "theirs"))
                .expect(302);
        assertThat(customer.get("/v1" + path.replace("webhooks", "webhook_endpoints"))
                        .text("events"))
                .isEqualTo("[]");
        assertThat(customer.form(path + "/change", Map.of("url", "https://[::1]/"))
                        .expect(422)
                        .body())
                .contains("leads to a loopback address", "https://[::1]/");
        customer.form(path + "/disable", Map.of()).expect(302);
        assertThat(customer.get(path).body()).contains("Nothing is sent to it");
        assertThat(customer.form(path + "/replay", Map.of()).expect(409).body()).contains("The endpoint is disabled");
        customer.form(path + "/enable", Map.of()).expect(302);
        customer.form(path + "/replay", Map.of()).expect(302);
        customer.form(path + "/nonsense", Map.of()).expect(404);
        customer.form(path + "/delete", Map.of()).expect(302);
        customer.get(path).expect(404);
    }

    @Test
    void whoMayOnlyReadSeesNoFormsAndAStrangerNothing() {
        Api owner = api().signedUp();
        owner.form("/webhooks", Map.of("url", NOBODY, "events", "invoice.*")).expect(200); // and nothing is sent
        String path = path(owner);
        Api reads = api().key(owner.post(
                        "/v1/api_keys", "{\"name\": \"r\", \"scopes\": [\"account:read\", \"webhooks:read\"]}")
                .expect(201)
                .text("secret"));
        assertThat(reads.get("/webhooks").expect(200).body()).contains(NOBODY).doesNotContain("New endpoint");
        assertThat(reads.get(path).expect(200).body())
                .contains("Nothing was sent yet")
                .doesNotContain("Send a test", "Rotate");
        reads.form(path + "/test", Map.of()).expect(403);
        Api stranger = api().signedUp();
        stranger.get(path).expect(404);
        stranger.form(path + "/test", Map.of()).expect(404);
        stranger.form(path + "/rotate", Map.of()).expect(404);
        assertThat(stranger.get("/webhooks").body()).doesNotContain(NOBODY);
    }

    @Test
    void theReferenceSaysHowToVerify() {
        assertThat(api().get("/docs").expect(200).body())
                .contains("id=\"webhooks\"", "hmac.compare_digest", "timingSafeEqual", "/v1/webhook_endpoints");
    }
}
