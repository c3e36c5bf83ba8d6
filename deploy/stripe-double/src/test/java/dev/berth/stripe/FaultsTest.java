package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.param.PaymentIntentCreateParams;
import dev.berth.stripe.state.Json;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each switch does what it says, as often as it says, and nothing else. */
class FaultsTest {
    private final Played played = new Played();
    private Customer customer;
    private PaymentMethod method;

    @BeforeEach
    void begin() throws Exception {
        customer = played.customer();
        method = played.saved(customer, "pm_card_visa");
    }

    @AfterEach
    void close() {
        played.close();
    }

    private List<String> outcomes() {
        return played.stripe.requests().stream()
                .filter(request -> Json.text(request, "path").equals("/v1/payment_intents"))
                .map(request -> Json.text(request, "outcome"))
                .toList();
    }

    @Test
    void aDroppedReplyLeavesTheDeedDoneAndTheKeyFindsIt() throws Exception {
        played.stripe.fault("{\"kind\": \"drop_reply\", \"times\": 2, \"path\": \"/v1/payment_intents\"}");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> played.pay(customer, method.getId(), 900, "dropped"))
                    .isInstanceOf(ApiConnectionException.class);
        }
        PaymentIntent found = played.pay(customer, method.getId(), 900, "dropped");
        assertThat(found.getStatus()).isEqualTo("succeeded");
        assertThat(played.stripe.objects("charge")).hasSize(1);
        assertThat(outcomes()).containsExactly("reply dropped", "reply dropped", "replayed");
        assertThat(played.stripe.faults()).isEmpty();
    }

    @Test
    void aDroppedRequestDoesNothing() throws Exception {
        played.stripe.fault("{\"kind\": \"drop_request\", \"times\": -1, \"method\": \"POST\"}");
        assertThatThrownBy(() -> played.pay(customer, method.getId(), 900, "never"))
                .isInstanceOf(ApiConnectionException.class);
        assertThat(played.stripe.objects("payment_intent")).isEmpty();
        assertThat(played.client.v1().customers().retrieve(customer.getId()).getId())
                .isEqualTo(customer.getId());
        played.stripe.clearFaults();
        assertThat(played.pay(customer, method.getId(), 900, "never").getStatus())
                .isEqualTo("succeeded");
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 500, 503})
    void aBurstOfFailuresIsRiddenOutByTheLibraryWithTheSameKey(int status) throws Exception {
        played.stripe.fault("{\"kind\": \"status\", \"status\": %d, \"times\": 2, \"path\": \"/v1/payment_intents\"}"
                .formatted(status));
        StripeException refused =
                catchThrowableOfType(StripeException.class, () -> played.pay(customer, method.getId(), 900, "burst"));
        assertThat(refused.getStatusCode()).isEqualTo(status);
        StripeClient patient = played.client(3);
        PaymentIntentCreateParams payment = Played.payment(customer, method.getId(), 900);
        assertThat(patient.v1()
                        .paymentIntents()
                        .create(payment, Played.key("burst"))
                        .getStatus())
                .isEqualTo("succeeded");
        assertThat(outcomes()).containsExactly("fault", "fault", "answered");
        assertThat(played.stripe.objects("charge")).hasSize(1);
    }

    @Test
    void tooManyRequestsAreNotRepeatedByTheLibrary() {
        played.stripe.fault("{\"kind\": \"status\", \"status\": 429, \"times\": 1, \"path\": \"/v1/payment_intents\"}");
        StripeClient patient = played.client(3);
        assertThatThrownBy(() -> patient.v1().paymentIntents().create(Played.payment(customer, method.getId(), 900)))
                .isInstanceOfSatisfying(
                        RateLimitException.class, e -> assertThat(e.getCode()).isEqualTo("rate_limit"));
        assertThat(outcomes()).containsExactly("fault");
    }

    @Test
    void aFailureAfterTheDeedIsWhatItsKeyRemembers() throws Exception {
        played.stripe.fault(
                "{\"kind\": \"status\", \"status\": 500, \"committed\": true, \"path\": \"/v1/payment_intents\"}");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> played.pay(customer, method.getId(), 900, "done"))
                    .isInstanceOf(ApiException.class);
        }
        assertThat(outcomes()).containsExactly("fault after it was done", "replayed");
        assertThat(played.stripe.objects("charge")).hasSize(1);
        assertThat(played.client.v1().paymentIntents().list().getData())
                .as("it can be found by looking")
                .singleElement()
                .satisfies(intent -> assertThat(intent.getMetadata()).containsEntry("invoice", "inv_1"));
    }

    @Test
    void requestsBeyondTheRateAreRefused() {
        played.stripe.fault("{\"kind\": \"rate_limit\", \"per_second\": 1, \"times\": -1}");
        int refused = 0;
        for (int i = 0; i < 10; i++) {
            try {
                played.client.v1().customers().retrieve(customer.getId());
            } catch (RateLimitException e) {
                refused++;
            } catch (StripeException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(refused).isBetween(1, 9);
    }

    @Test
    void aSlowAnswerRunsIntoTheTimeoutOfTheClientThoughAllIsDone() throws Exception {
        played.stripe.fault(
                "{\"kind\": \"slow\", \"millis\": 2000, \"committed\": true, \"path\": \"/v1/payment_intents\"}");
        assertThatThrownBy(() -> played.client
                        .v1()
                        .paymentIntents()
                        .create(
                                Played.payment(customer, method.getId(), 900),
                                com.stripe.net.RequestOptions.builder()
                                        .setIdempotencyKey("slow")
                                        .setReadTimeout(300)
                                        .build()))
                .isInstanceOf(ApiConnectionException.class);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(played.stripe.objects("charge")).hasSize(1));
    }

    @Test
    void faultsAreSeenAndRemovedByHttpAndWhatDoesNotFitIsExplained() throws Exception {
        Control control = new Control(played.stripe);
        JsonObject made = control.post("faults", "{\"kind\": \"status\", \"status\": 500, \"skip\": 1, \"times\": 5}");
        assertThat(control.get("faults").getAsJsonArray("faults")).hasSize(1);
        assertThat(played.client.v1().customers().retrieve(customer.getId()).getId())
                .as("the first passes")
                .isEqualTo(customer.getId());
        assertThatThrownBy(() -> played.client.v1().customers().retrieve(customer.getId()))
                .isInstanceOf(ApiException.class);
        control.delete("faults/" + made.get("id").getAsString());
        assertThat(played.stripe.faults()).isEmpty();
        assertThat(control.post("faults", "{\"kind\": \"explode\"}").toString())
                .contains("No such kind of fault", "drop_reply");
        assertThat(control.post("faults", "{\"kind\": \"slow\", \"milis\": 3}").toString())
                .contains("No such field: 'milis'");
        assertThat(control.post("faults", "no json").toString()).contains("That is no JSON");
        assertThat(control.get("nothing").toString()).contains("It has: faults, clock");
    }

    @Test
    void theClockIsMovedAndEverythingForgottenByHttp() throws Exception {
        Control control = new Control(played.stripe);
        long before = control.get("clock").get("now").getAsLong();
        assertThat(control.post("clock", "{\"advance_seconds\": 86400}")
                        .get("now")
                        .getAsLong())
                .isBetween(before + 86_400, before + 86_460);
        assertThat(control.post("clock", "{\"now\": 2000000000}").get("utc").getAsString())
                .startsWith("2033-05-18T03:33:");
        assertThat(control.get("state").toString()).contains("\"customer\":1");
        assertThat(control.get("requests").getAsJsonArray("requests")).isNotEmpty();
        control.post("reset", "{}");
        assertThat(played.stripe.objects("customer")).isEmpty();
        assertThat(control.get("clock").get("now").getAsLong()).isLessThan(2_000_000_000L);
        played.receiver.clear();
        played.customer();
        played.awaitWebhooks();
        assertThat(played.receiver.types())
                .as("the endpoint of the options is there again")
                .hasSize(1);
    }
}
