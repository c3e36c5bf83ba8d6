package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One key is one deed. */
class IdempotencyTest {
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

    @Test
    void theSameKeyAndParametersGetTheSameAnswerAgain() throws Exception {
        PaymentIntent first = played.pay(customer, method.getId(), 900, "k1");
        PaymentIntent second = played.pay(customer, method.getId(), 900, "k1");
        assertThat(second.getId()).isEqualTo(first.getId());
        assertThat(second.getLastResponse().body())
                .isEqualTo(first.getLastResponse().body());
        assertThat(first.getLastResponse().headers().firstValue("Idempotent-Replayed"))
                .isEmpty();
        assertThat(second.getLastResponse().headers().firstValue("Idempotent-Replayed"))
                .contains("true");
        assertThat(second.getLastResponse().headers().firstValue("Original-Request"))
                .contains(first.getLastResponse().requestId());
        assertThat(second.getLastResponse().idempotencyKey()).isEqualTo("k1");
        assertThat(played.stripe.objects("charge")).hasSize(1);
    }

    @Test
    void aDeclineIsRememberedToo() throws Exception {
        PaymentMethod bad = played.saved(customer, "pm_card_chargeCustomerFail");
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CardException declined =
                    catchThrowableOfType(CardException.class, () -> played.pay(customer, bad.getId(), 900, "k-bad"));
            requests.add(declined.getStripeError().getPaymentIntent().getId());
        }
        assertThat(requests.get(1)).isEqualTo(requests.get(0));
        assertThat(played.stripe.objects("charge")).hasSize(1);
    }

    @Test
    void otherParametersWithTheSameKeyAreRefused() throws Exception {
        played.pay(customer, method.getId(), 900, "k2");
        assertThatThrownBy(() -> played.pay(customer, method.getId(), 901, "k2"))
                .isInstanceOfSatisfying(IdempotencyException.class, e -> {
                    assertThat(e.getStatusCode()).isEqualTo(400);
                    assertThat(e.getStripeError().getType()).isEqualTo("idempotency_error");
                });
    }

    @Test
    void aRequestThatWasRefusedAsWrongIsNotRemembered() throws Exception {
        assertThatThrownBy(() -> played.pay(customer, method.getId(), 3, "k3"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("amount_too_small"));
        assertThat(played.pay(customer, method.getId(), 900, "k3").getStatus()).isEqualTo("succeeded");
    }

    @Test
    void aKeyIsForgottenAfterADay() throws Exception {
        PaymentIntent first = played.pay(customer, method.getId(), 900, "k4");
        played.stripe.advance(Duration.ofHours(23));
        assertThat(played.pay(customer, method.getId(), 900, "k4").getId()).isEqualTo(first.getId());
        played.stripe.advance(Duration.ofHours(2));
        assertThat(played.pay(customer, method.getId(), 900, "k4").getId()).isNotEqualTo(first.getId());
    }

    @Test
    void whileARequestRunsItsKeyIsInUse() throws Exception {
        played.stripe.fault("{\"kind\": \"slow\", \"millis\": 4000, \"path\": \"/v1/payment_intents\"}");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PaymentIntent> slow = threads.submit(() -> played.pay(customer, method.getId(), 900, "k5"));
            org.awaitility.Awaitility.await().until(() -> played.stripe.faults().isEmpty());
            assertThatThrownBy(() -> played.pay(customer, method.getId(), 900, "k5"))
                    .isInstanceOfSatisfying(StripeException.class, e -> {
                        assertThat(e.getStatusCode()).isEqualTo(409);
                        assertThat(e.getCode()).isEqualTo("idempotency_key_in_use");
                    });
            assertThat(slow.get().getStatus()).isEqualTo("succeeded");
        }
    }

    @Test
    void fiftyThreadsWithOneKeyMakeOneCharge() throws Exception {
        com.stripe.StripeClient patient = played.client(5);
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tasks.add(() -> patient.v1()
                    .paymentIntents()
                    .create(Played.payment(customer, method.getId(), 900), Played.key("k6"))
                    .getId());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
            List<String> ids = new ArrayList<>();
            for (Future<String> one : threads.invokeAll(tasks)) {
                ids.add(one.get());
            }
            assertThat(ids).hasSize(50).containsOnly(ids.getFirst());
        }
        assertThat(played.stripe.objects("charge")).hasSize(1);
        assertThat(played.stripe.objects("payment_intent")).hasSize(1);
    }

    @Test
    void fiftyThreadsWithFiftyKeysMakeFiftyCharges() throws Exception {
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String key = "many-" + i;
            tasks.add(() -> played.pay(customer, method.getId(), 900, key).getId());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
            for (Future<String> one : threads.invokeAll(tasks)) {
                one.get();
            }
        }
        assertThat(played.stripe.objects("charge")).hasSize(50);
    }
}
