package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import com.stripe.model.SetupIntent;
import com.stripe.model.checkout.Session;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.SetupIntentCreateParams;
import com.stripe.param.checkout.SessionCreateParams;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pages that a customer sees, as a browser without scripts uses them. */
class HostedPagesTest {
    private static final String GOOD = "number=4242+4242+4242+4242&expiry=12+%2F+34&cvc=123&name=Ada";

    private final Played played = new Played();

    @AfterEach
    void close() {
        played.close();
    }

    private Session session(Customer customer) throws Exception {
        return played.client
                .v1()
                .checkout()
                .sessions()
                .create(SessionCreateParams.builder()
                        .setMode(SessionCreateParams.Mode.SETUP)
                        .setCustomer(customer.getId())
                        .addPaymentMethodType(SessionCreateParams.PaymentMethodType.CARD)
                        .setSuccessUrl("https://example.com/done?session={CHECKOUT_SESSION_ID}")
                        .setCancelUrl("https://example.com/no?x=1&y=2")
                        .setSetupIntentData(SessionCreateParams.SetupIntentData.builder()
                                .putMetadata("account", "acc_1")
                                .build())
                        .build());
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }

    @Test
    void aCardIsSavedByCheckoutAfterAWrongAndADeclinedOne() throws Exception {
        Customer customer = played.customer();
        Session session = session(customer);
        String url = session.getUrl();
        assertThat(Pages.show(url).body())
                .contains("Save a card", "Card number", "TEST DOUBLE", "https://example.com/no?x=1&amp;y=2");
        assertThat(Pages.show(url + "?card=4000000000000002").body()).contains("4000 0000 0000 0002");
        assertThat(Pages.submit(url, "number=4242424242424241&expiry=12/34&cvc=123")
                        .body())
                .contains("Your card number is incorrect.");
        assertThat(Pages.submit(url, "number=4242424242424242&expiry=12/20&cvc=123")
                        .body())
                .contains("expiration year is invalid");
        assertThat(Pages.submit(url, "number=4242424242424242&expiry=&cvc=123").body())
                .contains("expiration date is incomplete");
        assertThat(Pages.submit(url, "number=4000000000009995&expiry=12/34&cvc=123")
                        .body())
                .contains("insufficient funds");
        HttpResponse<String> done = Pages.submit(url, GOOD);
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(location(done))
                .isEqualTo(url.replaceAll("/c/pay/.*", "/c/pay/" + session.getId())
                        + "?setup_intent=" + session.getSetupIntent() + "&setup_intent_client_secret="
                        + played.client
                                .v1()
                                .setupIntents()
                                .retrieve(session.getSetupIntent())
                                .getClientSecret()
                        + "&redirect_status=succeeded");
        assertThat(location(Pages.show(location(done))))
                .isEqualTo("https://example.com/done?session=" + session.getId());
        Session after = played.client.v1().checkout().sessions().retrieve(session.getId());
        assertThat(after.getStatus()).isEqualTo("complete");
        assertThat(after.getUrl()).isNull();
        SetupIntent intent = played.client.v1().setupIntents().retrieve(session.getSetupIntent());
        assertThat(intent.getStatus()).isEqualTo("succeeded");
        assertThat(intent.getMetadata()).containsEntry("account", "acc_1");
        assertThat(played.client
                        .v1()
                        .customers()
                        .paymentMethods()
                        .list(customer.getId())
                        .getData())
                .singleElement()
                .satisfies(method -> {
                    assertThat(method.getCard().getLast4()).isEqualTo("4242");
                    assertThat(method.getBillingDetails().getName()).isEqualTo("Ada");
                });
        played.awaitWebhooks();
        assertThat(played.receiver.types())
                .containsSubsequence(
                        "setup_intent.created",
                        "setup_intent.setup_failed",
                        "payment_method.attached",
                        "setup_intent.succeeded",
                        "checkout.session.completed");
    }

    @Test
    void threeDSecureStandsBetweenAndMayFailAndBeTriedAgain() throws Exception {
        Customer customer = played.customer();
        Session session = session(customer);
        String form = GOOD.replace("4242+4242+4242+4242", "4000002760003184");
        String challenge = location(Pages.submit(session.getUrl(), form));
        assertThat(Pages.show(challenge).body()).contains("Complete authentication", "Fail authentication");
        String back = location(Pages.submit(challenge, "result=fail"));
        assertThat(Pages.show(back).body()).contains("authentication failed", "Card number");
        challenge = location(Pages.submit(session.getUrl(), form));
        String done = location(Pages.submit(challenge, "result=complete"));
        assertThat(location(Pages.show(done))).startsWith("https://example.com/done");
        assertThat(Pages.show(challenge).body()).as("asked only once").contains("Done");
        assertThat(Pages.show(challenge.replaceAll("secret_.*", "secret_wrong")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aSessionExpires() throws Exception {
        Session session = session(played.customer());
        played.stripe.advance(Duration.ofHours(25));
        assertThat(Pages.show(session.getUrl()).statusCode()).isEqualTo(410);
        assertThat(played.client
                        .v1()
                        .checkout()
                        .sessions()
                        .retrieve(session.getId())
                        .getStatus())
                .isEqualTo("expired");
        Session other = session(played.customer());
        assertThat(played.client
                        .v1()
                        .checkout()
                        .sessions()
                        .expire(other.getId())
                        .getStatus())
                .isEqualTo("expired");
    }

    @Test
    void anIntentHasAPageOfItsOwnKnownByItsSecret() throws Exception {
        SetupIntent saving = played.client
                .v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder()
                        .setCustomer(played.customer().getId())
                        .build());
        String page = played.stripe.hostedBase() + "/setup/" + saving.getClientSecret()
                + "?return_url=https%3A%2F%2Fexample.com%2Fback";
        assertThat(location(Pages.submit(page, GOOD)))
                .startsWith("https://example.com/back?setup_intent=" + saving.getId());
        assertThat(Pages.show(played.stripe.hostedBase() + "/setup/" + saving.getId() + "_secret_x")
                        .statusCode())
                .isEqualTo(404);
        assertThat(Pages.show(page.replace("https%3A", "javascript%3A")).statusCode())
                .isEqualTo(404);
        PaymentIntent paying = played.client
                .v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(1_999L)
                        .setCurrency("usd")
                        .build());
        String pay = played.stripe.hostedBase() + "/pay/" + paying.getClientSecret();
        assertThat(Pages.show(pay).body()).contains("Pay by card", "19.99 usd");
        assertThat(Pages.submit(pay, GOOD).body()).contains("Thank you");
        PaymentIntent paid = played.client.v1().paymentIntents().retrieve(paying.getId());
        assertThat(paid.getStatus()).isEqualTo("succeeded");
        assertThat(Pages.show(played.client
                                .v1()
                                .charges()
                                .retrieve(paid.getLatestCharge())
                                .getReceiptUrl())
                        .body())
                .contains("19.99 usd", "4242");
    }

    @Test
    void whatIsTypedIsShownAsTextAndNothingElse() throws Exception {
        SetupIntent saving = played.client.v1().setupIntents().create();
        String page = played.stripe.hostedBase() + "/setup/" + saving.getClientSecret();
        HttpResponse<String> answer =
                Pages.submit(page, "number=%3Cscript%3Ealert(1)%3C%2Fscript%3E&expiry=12/34&cvc=123");
        assertThat(answer.body()).doesNotContain("<script>");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
    }
}
