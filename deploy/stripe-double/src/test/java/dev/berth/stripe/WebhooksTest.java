package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.WebhookEndpoint;
import com.stripe.net.Webhook;
import com.stripe.param.WebhookEndpointCreateParams;
import dev.berth.stripe.state.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events go out signed, in order, until they are taken; and otherwise where a fault says so. */
class WebhooksTest {
    private final Played played = new Played(DoubleOptions.inMemory()
            .withRetries(List.of(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofHours(5))));

    @AfterEach
    void close() {
        played.close();
    }

    @Test
    void whatAPaymentDoesIsToldInOrderAndStripesLibraryTakesTheSignature() throws Exception {
        Customer customer = played.customer();
        PaymentIntent paid =
                played.pay(customer, played.saved(customer, "pm_card_visa").getId(), 900, "key-1");
        played.awaitWebhooks();
        assertThat(played.receiver.types())
                .containsExactly(
                        "customer.created",
                        "payment_method.attached",
                        "payment_intent.created",
                        "charge.succeeded",
                        "payment_intent.succeeded");
        Event last = played.receiver.all().getLast().event();
        assertThat(last.getApiVersion()).isEqualTo("2026-07-29.dahlia");
        assertThat(last.getRequest().getIdempotencyKey()).isEqualTo("key-1");
        assertThat(last.getRequest().getId()).isEqualTo(paid.getLastResponse().requestId());
        assertThat(last.getDataObjectDeserializer().getObject())
                .hasValueSatisfying(
                        object -> assertThat(((PaymentIntent) object).getId()).isEqualTo(paid.getId()));
        assertThat(played.client.v1().events().retrieve(last.getId()).getPendingWebhooks())
                .isZero();
    }

    @Test
    void whatIsNotTakenIsTriedAgainAndGivenUpInTheEnd() throws Exception {
        played.receiver.refuseNext(2);
        played.customer();
        await().until(() -> played.receiver.all().size() == 1);
        played.receiver.refuseNext(100);
        played.customer();
        await().until(() -> attempts() == 3);
        assertThat(played.stripe.webhooksIdle())
                .as("the next attempt is hours away")
                .isTrue();
        played.stripe.advance(Duration.ofHours(6));
        await().until(() ->
                Json.text(played.stripe.deliveries().getLast(), "state").equals("given_up"));
        assertThat(attempts()).isEqualTo(4);
        assertThat(played.receiver.all()).hasSize(1);
        String event = Json.text(played.stripe.deliveries().getLast(), "event");
        assertThat(played.client.v1().events().retrieve(event).getPendingWebhooks())
                .isEqualTo(1);
    }

    private int attempts() {
        return played.stripe.deliveries().getLast().path("attempts").size();
    }

    @Test
    void anEndpointOfTheApiGetsTheEventsThatItWantsWithItsOwnSecret() throws Exception {
        try (Receiver other = new Receiver()) {
            WebhookEndpoint endpoint = played.client
                    .v1()
                    .webhookEndpoints()
                    .create(WebhookEndpointCreateParams.builder()
                            .setUrl(other.url())
                            .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.PAYMENT_METHOD__ATTACHED)
                            .build());
            played.saved(played.customer(), "pm_card_visa");
            played.awaitWebhooks();
            assertThat(other.all()).hasSize(1);
            assertThat(other.all().getFirst().event(endpoint.getSecret()).getType())
                    .isEqualTo("payment_method.attached");
            played.client.v1().webhookEndpoints().delete(endpoint.getId());
            played.saved(played.customer(), "pm_card_visa");
            played.awaitWebhooks();
            assertThat(other.all()).hasSize(1);
            assertThat(played.client.v1().webhookEndpoints().list().getData())
                    .noneMatch(one -> one.getSecret() != null);
        }
    }

    @Test
    void anAddressThatNobodyCanBeCalledAtIsRefusedAndOthersStillGetTheirs() throws Exception {
        for (String url : List.of("http://x:y", "https://[half", "ftp://example.com")) {
            assertThatThrownBy(() -> played.client
                            .v1()
                            .webhookEndpoints()
                            .create(WebhookEndpointCreateParams.builder()
                                    .setUrl(url)
                                    .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.ALL)
                                    .build()))
                    .as(url)
                    .isInstanceOf(InvalidRequestException.class);
        }
        played.customer();
        await().until(() -> !played.receiver.all().isEmpty());
    }

    @Test
    void duplicatesAreTheSameEventTwice() throws Exception {
        played.stripe.fault("{\"kind\": \"webhook_duplicate\", \"copies\": 3}");
        played.customer();
        played.customer();
        played.awaitWebhooks();
        assertThat(played.receiver.all()).hasSize(4);
        assertThat(played.receiver.all().stream()
                        .map(delivery -> delivery.event().getId())
                        .distinct())
                .hasSize(2);
    }

    @Test
    void shuffledEventsAllComeInAnotherOrder() throws Exception {
        played.stripe.fault("{\"kind\": \"webhook_shuffle\", \"millis\": 2000, \"times\": -1}");
        for (int i = 0; i < 30; i++) {
            played.customer();
        }
        await().until(() -> played.receiver.all().size() == 30);
        List<String> came = played.receiver.all().stream()
                .map(delivery -> delivery.event().getId())
                .toList();
        List<String> made = played.stripe.objects("event").stream()
                .map(event -> Json.text(event, "id"))
                .toList();
        assertThat(came).containsExactlyInAnyOrderElementsOf(made).isNotEqualTo(made);
    }

    @Test
    void delayedEventsComeWhenTheClockIsThereAndDroppedOnesNever() throws Exception {
        played.stripe.fault("{\"kind\": \"webhook_delay\", \"seconds\": 259200}");
        played.customer();
        played.stripe.fault("{\"kind\": \"webhook_drop\", \"event_type\": \"customer.\"}");
        played.customer();
        played.customer();
        played.awaitWebhooks();
        assertThat(played.receiver.all()).hasSize(1);
        played.stripe.advance(Duration.ofDays(3));
        await().until(() -> played.receiver.all().size() == 2);
        assertThat(played.receiver.all().getFirst().event().getCreated())
                .as("the later one came first")
                .isGreaterThanOrEqualTo(played.receiver.all().getLast().event().getCreated());
        assertThat(played.client.v1().events().list().getData()).hasSize(3);
        assertThat(played.stripe.deliveries()).hasSize(2);
    }

    @Test
    void eventsOfAnotherMajorAreNotUnderstoodByTheLibrary() throws Exception {
        played.stripe.fault("{\"kind\": \"webhook_api_version\", \"version\": \"2026-10-28.endive\"}");
        played.customer();
        played.awaitWebhooks();
        Event event = played.receiver.all().getFirst().event();
        assertThat(event.getApiVersion()).isEqualTo("2026-10-28.endive");
        assertThat(event.getDataObjectDeserializer().getObject()).isEmpty();
        assertThat(played.client.v1().events().retrieve(event.getId()).getApiVersion())
                .isEqualTo("2026-07-29.dahlia");
    }

    @Test
    void twoSignaturesAreTakenAWrongOneIsNot() throws Exception {
        played.stripe.fault("{\"kind\": \"webhook_two_signatures\"}");
        played.customer();
        played.awaitWebhooks();
        Receiver.Delivery twice = played.receiver.all().getFirst();
        assertThat(twice.signature().split("v1=")).hasSize(3);
        assertThat(twice.event().getType()).isEqualTo("customer.created");
        played.stripe.fault("{\"kind\": \"webhook_wrong_signature\"}");
        played.customer();
        played.awaitWebhooks();
        Receiver.Delivery wrong = played.receiver.all().getLast();
        assertThatThrownBy(() -> wrong.event(Played.SECRET)).isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void aSignatureCanBeOfTheFutureOrOfThePast() throws Exception {
        played.stripe.fault("{\"kind\": \"webhook_timestamp\", \"seconds\": 900}");
        played.customer();
        played.stripe.fault("{\"kind\": \"webhook_timestamp\", \"seconds\": -900}");
        played.customer();
        played.awaitWebhooks();
        Receiver.Delivery future = played.receiver.all().getFirst();
        assertThat(Webhook.constructEvent(future.body(), future.signature(), Played.SECRET)
                        .getType())
                .as("the library takes the future; whoever receives has to refuse it")
                .isEqualTo("customer.created");
        Receiver.Delivery past = played.receiver.all().getLast();
        assertThatThrownBy(() -> past.event(Played.SECRET)).isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void webhooksAreSignedWithTheTimeThatWasNotMoved() throws Exception {
        played.stripe.advance(Duration.ofDays(40));
        played.customer();
        played.awaitWebhooks();
        Event event = played.receiver.all().getFirst().event();
        assertThat(event.getCreated()).isGreaterThan(System.currentTimeMillis() / 1_000 + 39L * 86_400);
    }
}
