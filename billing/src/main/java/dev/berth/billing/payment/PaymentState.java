package dev.berth.billing.payment;

import java.util.List;
import java.util.Locale;

/** How far an attempt to pay is. */
public enum PaymentState {
    /** Written down; the provider may have been asked, its answer is not known. */
    PENDING(1),
    /** The customer's bank asks the customer to confirm it, until a deadline. */
    REQUIRES_ACTION(2),
    /** The money is not in, and the provider was told not to take it any more. */
    FAILED(3),
    /** It is in. */
    SUCCEEDED(4);

    /** A legal step: who takes it, and when. */
    public record Step(PaymentState from, PaymentState to, String by, String when) {}

    /** Every legal step. */
    public static final List<Step> STEPS = List.of(
            new Step(PENDING, REQUIRES_ACTION, "Payments", "the bank asks the customer, as with 3-D Secure"),
            new Step(PENDING, SUCCEEDED, "Payments", "the provider says so, at once or when it is looked up"),
            new Step(PENDING, FAILED, "Payments", "the provider declines, or never heard of it"),
            new Step(REQUIRES_ACTION, SUCCEEDED, "Payments", "the customer confirmed it"),
            new Step(REQUIRES_ACTION, FAILED, "Payments", "the customer did not confirm it, or too late"),
            new Step(FAILED, SUCCEEDED, "Payments", "the provider took the money all the same"));

    private final int rank;

    PaymentState(int rank) {
        this.rank = rank;
    }

    /** States only go to a greater rank. */
    public int rank() {
        return rank;
    }

    /** Whether money may be on its way. */
    public boolean open() {
        return this == PENDING || this == REQUIRES_ACTION;
    }

    /** Its name in the database and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state of a name. */
    public static PaymentState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
