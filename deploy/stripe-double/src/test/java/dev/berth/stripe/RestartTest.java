package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import dev.berth.stripe.state.Json;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a file nothing that was answered is lost. */
class RestartTest {
    @TempDir
    Path folder;

    private DoubleOptions options() {
        return DoubleOptions.inMemory().withFile(folder.resolve("in/state.journal"));
    }

    @Test
    void everythingIsThereAfterARestartKeysAndCardsAndTheClockToo() throws Exception {
        String intent;
        Customer customer;
        PaymentMethod dry;
        try (Played first = new Played(options())) {
            customer = first.customer();
            PaymentMethod method = first.saved(customer, "pm_card_visa");
            intent = first.pay(customer, method.getId(), 900, "k").getId();
            dry = first.saved(customer, "pm_card_visa");
            first.stripe.decline(dry.getId(), "insufficient_funds");
            first.stripe.advance(Duration.ofHours(10));
        }
        Files.writeString(
                folder.resolve("in/state.journal"),
                "{\"changes\":[{\"kind\":\"customer\",\"id\":\"cus_torn\"",
                StandardCharsets.UTF_8,
                StandardOpenOption.APPEND);
        try (Played second = new Played(options())) {
            assertThat(second.client.v1().paymentIntents().retrieve(intent).getStatus())
                    .isEqualTo("succeeded");
            assertThat(second.stripe.now()).isAfter(java.time.Instant.now().plus(Duration.ofHours(9)));
            String method = second.client.v1().paymentIntents().retrieve(intent).getPaymentMethod();
            PaymentIntent replayed = second.pay(customer, method, 900, "k");
            assertThat(replayed.getId()).isEqualTo(intent);
            assertThat(second.stripe.objects("charge")).hasSize(1);
            assertThatThrownBy(() -> second.pay(customer, dry.getId(), 900)).hasMessageContaining("insufficient funds");
            assertThat(second.stripe.objects("customer")).hasSize(1);
        }
    }

    @Test
    void whatWasAnsweredIsInTheFileBeforeItsEnd() throws Exception {
        try (Played first = new Played(options())) {
            Customer customer = first.customer();
            first.pay(customer, first.saved(customer, "pm_card_visa").getId(), 900);
            first.awaitWebhooks();
            Path copy = Files.copy(folder.resolve("in/state.journal"), folder.resolve("killed.journal"));
            try (Played second = new Played(DoubleOptions.inMemory().withFile(copy))) {
                for (String kind : new String[] {"customer", "payment_method", "payment_intent", "charge", "event"}) {
                    assertThat(lines(second, kind)).isNotEmpty().isEqualTo(lines(first, kind));
                }
            }
        }
    }

    private static List<String> lines(Played played, String kind) {
        return played.stripe.objects(kind).stream().map(Json::line).toList();
    }

    @Test
    void aWebhookThatWasNotTakenIsDeliveredAfterTheRestart() throws Exception {
        try (Played first = new Played(options().withRetries(List.of(Duration.ofHours(1))))) {
            first.receiver.refuseNext(1);
            first.customer();
            await().until(() -> !first.stripe.deliveries().isEmpty()
                    && !first.stripe.deliveries().getFirst().path("attempts").isEmpty());
        }
        try (Played second = new Played(options())) {
            String endpoint = second.stripe
                    .objects("webhook_endpoint")
                    .getFirst()
                    .path("id")
                    .asString("");
            second.client
                    .v1()
                    .webhookEndpoints()
                    .update(
                            endpoint,
                            com.stripe.param.WebhookEndpointUpdateParams.builder()
                                    .setUrl(second.receiver.url())
                                    .build());
            second.stripe.advance(Duration.ofHours(2));
            await().until(() -> second.receiver.types().contains("customer.created"));
        }
    }

    @Test
    void aPortThatIsTakenIsSaidSo() {
        try (Played first = new Played()) {
            int port = java.net.URI.create(first.stripe.apiBase()).getPort();
            assertThatThrownBy(() -> StripeDouble.start(DoubleOptions.inMemory().withPort(port)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(Integer.toString(port));
        }
    }

    @Test
    void theProgramTakesItsSettingsFromTheEnvironment() {
        DoubleOptions options = DoubleMain.options(Map.of(
                "STRIPE_DOUBLE_PORT", "1234",
                "STRIPE_DOUBLE_SECRET_KEY", "sk_test_a",
                "STRIPE_DOUBLE_PUBLISHABLE_KEY", "pk_test_a",
                "STRIPE_DOUBLE_WEBHOOK_URL", "http://127.0.0.1:8080/webhooks/stripe",
                "STRIPE_DOUBLE_WEBHOOK_SECRET", "whsec_a",
                "STRIPE_DOUBLE_FILE", "state.journal"));
        assertThat(options.port()).isEqualTo(1234);
        assertThat(options.secretKey()).isEqualTo("sk_test_a");
        assertThat(options.webhookSecret()).isEqualTo("whsec_a");
        assertThat(options.file()).contains(Path.of("state.journal"));
        assertThatThrownBy(() -> DoubleMain.options(Map.of("STRIPE_DOUBLE_SECRET_KEY", "sk_live_a")))
                .hasMessageContaining("sk_test_");
    }
}
