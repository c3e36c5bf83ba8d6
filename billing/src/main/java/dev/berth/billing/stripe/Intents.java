package dev.berth.billing.stripe;

import com.stripe.model.PaymentIntent;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentListParams;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * PaymentIntents: the calls, with parameters that depend on nothing but what is stored of the attempt, so that a repetition is the
 * same call. Thread-safe.
 *
 * @see <a href="https://docs.stripe.com/payments/paymentintents/lifecycle">Stripe: how PaymentIntents work</a>
 */
@Component
final class Intents {
    /** The metadata by which an intent leads back. */
    static final String PAYMENT = "berth_payment";

    static final String INVOICE = "berth_invoice";
    private static final String ATTEMPT = "berth_attempt";
    private static final Duration BEFORE = Duration.ofHours(1);
    private static final long PAGE = 100;

    private final StripeApi api;

    Intents(StripeApi api) {
        this.api = api;
    }

    /**
     * An attempt as Stripe is told of it.
     *
     * @param key of its first step
     * @param amountMinor in Berth's units
     */
    record Order(
            PaymentId payment,
            InvoiceId invoice,
            AccountId account,
            int attempt,
            String key,
            long amountMinor,
            String currency,
            String method,
            boolean customerPresent,
            @Nullable String returnUrl,
            @Nullable String reference) {
        /** The key of a later step. */
        String key(String step) {
            return key.substring(0, key.lastIndexOf(':') + 1) + step;
        }
    }

    /** Makes an intent and asks the card for the money, in one call. */
    Answer<PaymentIntent> create(Order order, String customer) {
        PaymentIntentCreateParams.Builder params = PaymentIntentCreateParams.builder()
                .setAmount(StripeAmounts.toStripe(order.amountMinor(), order.currency()))
                .setCurrency(order.currency().toLowerCase(Locale.ROOT))
                .setCustomer(customer)
                .setPaymentMethod(order.method())
                .addPaymentMethodType("card")
                .setConfirm(true)
                .setDescription("Invoice " + order.invoice())
                .putMetadata(StripeCustomers.ACCOUNT, order.account().toString())
                .putMetadata(INVOICE, order.invoice().toString())
                .putMetadata(PAYMENT, order.payment().toString())
                .putMetadata(ATTEMPT, Integer.toString(order.attempt()));
        if (!order.customerPresent()) {
            params.setOffSession(true);
        } else if (order.returnUrl() != null) {
            params.setReturnUrl(order.returnUrl());
        }
        return api.write(
                "charge",
                order.key(),
                (client, options) -> client.v1().paymentIntents().create(params.build(), options));
    }

    /** Asks once more with the customer there, whom the bank wants to ask. */
    Answer<PaymentIntent> authenticate(Order order, String intent) {
        PaymentIntentConfirmParams.Builder params =
                PaymentIntentConfirmParams.builder().setPaymentMethod(order.method());
        if (order.returnUrl() != null) {
            params.setReturnUrl(order.returnUrl());
        }
        return api.write(
                "authenticate",
                order.key("authenticate"),
                (client, options) -> client.v1().paymentIntents().confirm(intent, params.build(), options));
    }

    /** Ends it: it will take no money any more. */
    Answer<PaymentIntent> cancel(Order order, String intent) {
        return api.write(
                "cancel",
                order.key("cancel"),
                (client, options) -> client.v1()
                        .paymentIntents()
                        .cancel(intent, PaymentIntentCancelParams.builder().build(), options));
    }

    /** As it is now. */
    Answer<PaymentIntent> read(String intent) {
        return api.read(
                "intent", (client, options) -> client.v1().paymentIntents().retrieve(intent, options));
    }

    /** The intent of an attempt whose first call may have been lost, by what it leads back to. The list is consistent, a search is not. */
    Answer<Optional<PaymentIntent>> find(Order order, String customer, Instant askedAt) {
        return api.read("intent.look_up", (client, options) -> {
            PaymentIntentListParams params = PaymentIntentListParams.builder()
                    .setCustomer(customer)
                    .setCreated(PaymentIntentListParams.Created.builder()
                            .setGte(askedAt.minus(BEFORE).getEpochSecond())
                            .build())
                    .setLimit(PAGE)
                    .build();
            for (PaymentIntent intent :
                    client.v1().paymentIntents().list(params, options).autoPagingIterable()) {
                if (order.payment().toString().equals(intent.getMetadata().get(PAYMENT))) {
                    return Optional.of(intent);
                }
            }
            return Optional.empty();
        });
    }
}
