package dev.berth.billing.payment;

/**
 * Who takes the money. Calls are made outside of any transaction, after the attempt was written down; a call that is repeated
 * with the same key has one effect.
 */
public interface PaymentProvider {

    /** What became of an attempt. */
    sealed interface Outcome {
        /** The money is in; {@code reference} names it at the provider. */
        record Succeeded(String reference) implements Outcome {}

        /** It is not; {@code code} is the reason that the provider gives. */
        record Declined(String code, String message) implements Outcome {}

        /** Nobody knows; it is looked up later. */
        record Unknown(String message) implements Outcome {}
    }

    /**
     * An attempt.
     *
     * @param idempotencyKey the same for every repetition of it
     * @param amountMinor minor units of the currency, above zero
     */
    record Charge(String idempotencyKey, long amountMinor, String currency, Card card) {}

    /** Its name in attempts and events. */
    String name();

    /** Takes the money. */
    Outcome charge(Charge charge);

    /** What became of an attempt whose answer was lost; {@code Declined} when the provider never heard of it. */
    Outcome lookUp(String idempotencyKey);
}
