package dev.berth.billing.payment;

import java.util.List;
import java.util.Locale;

/**
 * How far money is that goes back by the way it came.
 *
 * @see <a href="https://docs.stripe.com/refunds#refund-statuses">Stripe: the states of refunds</a>
 */
public enum RefundState {
    /** Written down and booked; the provider may have been asked, or says that its bank is at it. */
    PENDING(1),
    /** The provider waits for the customer, who was written to by it. */
    REQUIRES_ACTION(2),
    /** The provider has paid it back. */
    SUCCEEDED(3),
    /** It did not arrive, such as at a card that is closed; it is credit now. */
    FAILED(4),
    /** It was called back before it was paid; it is credit now. */
    CANCELED(4);

    /** A legal step: who takes it, and when. */
    public record Step(RefundState from, RefundState to, String by, String when) {}

    /** Every legal step. */
    public static final List<Step> STEPS = List.of(
            new Step(PENDING, REQUIRES_ACTION, "Refunds", "the provider asks the customer where to"),
            new Step(PENDING, SUCCEEDED, "Refunds", "the provider says so, or the operator has paid it back by hand"),
            new Step(PENDING, FAILED, "Refunds", "the provider or its bank refuses, or never heard of it"),
            new Step(PENDING, CANCELED, "Refunds", "somebody called it back at the provider"),
            new Step(REQUIRES_ACTION, SUCCEEDED, "Refunds", "the customer said where to, and it was paid"),
            new Step(REQUIRES_ACTION, FAILED, "Refunds", "the customer did not say where to in the provider's time"),
            new Step(REQUIRES_ACTION, CANCELED, "Refunds", "somebody called it back at the provider"),
            new Step(SUCCEEDED, FAILED, "Refunds", "the bank could not hand it on, days later"));

    private final int rank;

    RefundState(int rank) {
        this.rank = rank;
    }

    /** States only go to a greater rank. */
    public int rank() {
        return rank;
    }

    /** Whether its result is not known. */
    public boolean open() {
        return this == PENDING || this == REQUIRES_ACTION;
    }

    /** Whether the money stayed here. */
    public boolean over() {
        return this == FAILED || this == CANCELED;
    }

    /** Whether a step is legal. */
    public boolean mayBecome(RefundState to) {
        return STEPS.stream().anyMatch(step -> step.from() == this && step.to() == to);
    }

    /** Its name in the database, in JSON and at Stripe. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The state of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static RefundState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
