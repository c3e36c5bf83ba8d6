package dev.berth.billing.payment;

import java.util.List;
import java.util.Locale;

/** How far a contested payment is. */
public enum DisputeState {
    /** The money is gone until it is decided. */
    OPEN(1),
    /** It came back. */
    WON(2),
    /** It did not. */
    LOST(2);

    /** A legal step: who takes it, and when. */
    public record Step(DisputeState from, DisputeState to, String by, String when) {}

    /** Every legal step. */
    public static final List<Step> STEPS = List.of(
            new Step(OPEN, WON, "Disputes", "the bank decides for us, or takes it back"),
            new Step(OPEN, LOST, "Disputes", "the bank decides for the customer; it is written off"));

    private final int rank;

    DisputeState(int rank) {
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

    static DisputeState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
