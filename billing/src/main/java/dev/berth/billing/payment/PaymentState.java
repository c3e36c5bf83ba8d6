package dev.berth.billing.payment;

import java.util.List;
import java.util.Locale;

/** How far an attempt to pay is. */
public enum PaymentState {
    /** Written down; the provider may have been asked, its answer is not known. */
    PENDING(1),
    /** The money is in. */
    SUCCEEDED(2),
    /** It is not. */
    FAILED(2);

    /** A legal step: who takes it, and when. */
    public record Step(PaymentState from, PaymentState to, String by, String when) {}

    /** Every legal step. */
    public static final List<Step> STEPS = List.of(
            new Step(PENDING, SUCCEEDED, "Payments", "the provider says so, at once or when it is looked up"),
            new Step(PENDING, FAILED, "Payments", "the provider declines, or never heard of it"));

    private final int rank;

    PaymentState(int rank) {
        this.rank = rank;
    }

    /** States only go to a greater rank. */
    public int rank() {
        return rank;
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
