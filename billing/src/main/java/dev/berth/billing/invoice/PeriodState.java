package dev.berth.billing.invoice;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How far a billing period is. Only ever forward. */
public enum PeriodState {
    /** It goes on; there is one of each account. */
    OPEN(1),
    /** Its end is fixed; not all of its use may have arrived. */
    WAITING_FOR_WATERMARK(2),
    /** It has an invoice. */
    FINALIZED(3),
    /** Nothing was used, and nothing is owed. */
    NOTHING_TO_BILL(3);

    /** A legal step: who takes it, and when. */
    public record Step(PeriodState from, PeriodState to, String by, String when) {}

    /** Every legal step. */
    public static final List<Step> STEPS = List.of(
            new Step(
                    OPEN,
                    WAITING_FOR_WATERMARK,
                    "Periods",
                    "the calendar, the operator or the account's closing ends it"),
            new Step(
                    WAITING_FOR_WATERMARK, FINALIZED, "Closing", "the watermark has passed its end, the grace is over"),
            new Step(WAITING_FOR_WATERMARK, NOTHING_TO_BILL, "Closing", "the same, and there is nothing to charge"));

    private final int rank;

    PeriodState(int rank) {
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
    public static PeriodState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing follows. */
    public boolean finished() {
        return Arrays.stream(values()).noneMatch(to -> to.rank > rank);
    }
}
