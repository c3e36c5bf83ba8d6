package dev.berth.billing.payment;

import dev.berth.schema.id.InvoiceId;
import org.jspecify.annotations.Nullable;

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

        /** The bank asks the customer, who answers at the URL. */
        record ActionRequired(String reference, String url) implements Outcome {}

        /** Nobody knows; it is looked up later. */
        record Unknown(String message) implements Outcome {}
    }

    /**
     * An attempt.
     *
     * @param idempotencyKey the same for every repetition of it
     * @param amountMinor minor units of the currency, above zero
     * @param card as it was typed in; null with a provider that keeps cards, which finds in the attempt which one is asked
     */
    record Charge(
            String idempotencyKey,
            long amountMinor,
            String currency,
            @Nullable Card card) {}

    /** What became of a refund. */
    sealed interface PaidBack {
        /**
         * The provider has it.
         *
         * @param reference names it at the provider
         * @param code why it failed, empty while it did not
         * @param message the same for people
         */
        record Seen(RefundState state, String reference, String code, String message) implements PaidBack {}

        /** The provider does not do it, and has not. */
        record Refused(String code, String message) implements PaidBack {}

        /** Nobody knows; it is looked up later. */
        record Unknown(String message) implements PaidBack {}
    }

    /** Its name in attempts and events. */
    String name();

    /** Takes the money. */
    Outcome charge(Charge charge);

    /** What became of an attempt whose answer was lost; {@code Declined} when the provider never heard of it. */
    Outcome lookUp(String idempotencyKey);

    /** Ends an attempt that waits for the customer: afterwards the money is in or will not be taken, or nobody knows. */
    default Outcome abandon(String idempotencyKey) {
        return lookUp(idempotencyKey);
    }

    /** Whether it keeps cards and takes none that are typed in here. */
    default boolean keepsMethods() {
        return false;
    }

    /** What of an amount can be asked for in the provider's units, in minor units; at most what was given. */
    default long chargeable(long amountMinor, String currency) {
        return amountMinor;
    }

    /** Where a customer comes back to after the bank has asked; null when none ever does. */
    default @Nullable String returnUrl(InvoiceId invoice) {
        return null;
    }

    /**
     * Pays back what the refund of a key says, or goes on with it from wherever it is: asked again, it is paid back once.
     *
     * @param idempotencyKey of a refund that is written down, of a payment that this provider took
     */
    default PaidBack payBack(String idempotencyKey) {
        return new PaidBack.Unknown("%s moves no money.".formatted(name()));
    }
}
