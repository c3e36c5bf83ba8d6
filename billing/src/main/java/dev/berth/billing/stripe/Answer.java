package dev.berth.billing.stripe;

import com.stripe.model.PaymentIntent;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What came of a call to Stripe. */
public sealed interface Answer<T> {
    /** It was done. */
    record Done<T>(T value) implements Answer<T> {}

    /**
     * It was refused, and is known not to have been done.
     *
     * @param code of the bank where it is the bank's, otherwise Stripe's
     * @param message for people
     * @param intent the payment that was declined; null for any other refusal
     */
    record Refused<T>(String code, String message, @Nullable PaymentIntent intent) implements Answer<T> {}

    /** The key was used for something else before: a mistake, or a key that was kept for longer than Stripe keeps it. */
    record KeyTaken<T>(String message) implements Answer<T> {}

    /** It may have been done. */
    record Unknown<T>(String message) implements Answer<T> {}

    /** The value, or what is thrown for any other answer. */
    default T orThrow(Function<String, RuntimeException> otherwise) {
        return switch (this) {
            case Done<T>(T value) -> value;
            case Refused<T> refused -> throw otherwise.apply(refused.code() + ": " + refused.message());
            case KeyTaken<T>(String message) -> throw otherwise.apply(message);
            case Unknown<T>(String message) -> throw otherwise.apply(message);
        };
    }

    /**
     * The value.
     *
     * @throws ProviderAway if Stripe did not say
     */
    default T orElseThrowUnknown() {
        return orThrow(ProviderAway::new);
    }

    /** Stripe did not say; it is tried again later. */
    final class ProviderAway extends RuntimeException {
        private static final long serialVersionUID = 1;

        public ProviderAway(String message) {
            super(message, null, false, false);
        }
    }
}
