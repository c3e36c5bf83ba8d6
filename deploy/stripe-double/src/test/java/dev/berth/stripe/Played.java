package dev.berth.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.net.RequestOptions;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentMethodAttachParams;
import java.net.URI;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A double, a client of it through Stripe's own library, and a receiver of its webhooks. */
final class Played implements AutoCloseable {
    static final String SECRET = "whsec_played";

    final Receiver receiver = new Receiver();
    final StripeDouble stripe;
    final StripeClient client;

    Played() {
        this(DoubleOptions.inMemory());
    }

    Played(DoubleOptions options) {
        stripe = StripeDouble.start(options.withWebhook(URI.create(receiver.url()), SECRET));
        client = client(0);
    }

    /** Another client, which repeats what failed so often by itself. */
    StripeClient client(int repeats) {
        return StripeClient.builder()
                .setApiKey(stripe.secretKey())
                .setApiBase(stripe.apiBase())
                .setMaxNetworkRetries(repeats)
                .build();
    }

    Customer customer() throws StripeException {
        return client.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .setName("Ada")
                        .setEmail("ada@example.com")
                        .putMetadata("account", "acc_1")
                        .build());
    }

    /** A card that is saved for that customer. */
    PaymentMethod saved(Customer customer, String card) throws StripeException {
        return client.v1()
                .paymentMethods()
                .attach(
                        card,
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer.getId())
                                .build());
    }

    static PaymentIntentCreateParams payment(Customer customer, String method, long amount) {
        return PaymentIntentCreateParams.builder()
                .setAmount(amount)
                .setCurrency("usd")
                .setCustomer(customer.getId())
                .setPaymentMethod(method)
                .addPaymentMethodType("card")
                .setConfirm(true)
                .setOffSession(true)
                .putMetadata("invoice", "inv_1")
                .build();
    }

    PaymentIntent pay(Customer customer, String method, long amount) throws StripeException {
        return client.v1().paymentIntents().create(payment(customer, method, amount));
    }

    PaymentIntent pay(Customer customer, String method, long amount, String key) throws StripeException {
        return client.v1().paymentIntents().create(payment(customer, method, amount), key(key));
    }

    static RequestOptions key(String key) {
        return RequestOptions.builder().setIdempotencyKey(key).build();
    }

    void awaitWebhooks() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(stripe::webhooksIdle);
    }

    @Override
    public void close() {
        stripe.close();
        receiver.close();
    }
}
