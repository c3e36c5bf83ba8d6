package dev.berth.billing.standing;

import dev.berth.schema.standing.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides how an account stands. Pure.
 *
 * <p>An invoice is overdue from its due time on. An overdue invoice makes the account {@code past_due}; one that has been overdue for
 * {@code suspendAfter} suspends it; with the last overdue one paid, void or written off, it is {@code good} again. The
 * operator's suspension holds until the operator lifts it. An account that dunning has suspended is closed when it has been kept for
 * {@code closeAfter}: never at once, however old the debt is, and never for the operator's suspension. Closing is for ever.
 */
public final class DunningRules {
    /** A legal change: who makes it, and when. */
    public record Step(Standing from, Standing to, String by, String when) {}

    /** Every legal change. */
    public static final List<Step> STEPS = List.of(
            new Step(Standing.GOOD, Standing.PAST_DUE, "Dunning", "an invoice is overdue"),
            new Step(Standing.GOOD, Standing.SUSPENDED, "Dunning, operator", "overdue for too long, or by hand"),
            new Step(Standing.GOOD, Standing.CLOSED, "Dunning, operator", "the account is closed, or by hand"),
            new Step(Standing.PAST_DUE, Standing.GOOD, "Dunning, operator", "nothing is overdue any more, or by hand"),
            new Step(Standing.PAST_DUE, Standing.SUSPENDED, "Dunning, operator", "overdue for too long, or by hand"),
            new Step(Standing.PAST_DUE, Standing.CLOSED, "Dunning, operator", "the account is closed, or by hand"),
            new Step(Standing.SUSPENDED, Standing.GOOD, "Dunning, operator", "nothing is overdue any more, or by hand"),
            new Step(
                    Standing.SUSPENDED,
                    Standing.PAST_DUE,
                    "Dunning",
                    "what is still overdue is so for a short time only"),
            new Step(
                    Standing.SUSPENDED,
                    Standing.CLOSED,
                    "Dunning, operator",
                    "it was kept for long enough, the account is closed, or by hand"));

    /**
     * What the decision rests on.
     *
     * @param closed whether the account is closed
     * @param heldFor the reason of the operator's suspension; null for none
     * @param oldestDue since when the oldest invoice that is owed has been overdue, of those that count; null for none
     * @param suspendedSince as of when dunning suspended it; null when it has not
     */
    public record Facts(
            boolean closed,
            @Nullable String heldFor,
            @Nullable Instant oldestDue,
            @Nullable Instant suspendedSince) {}

    /** How the account stands, and why. */
    public record Decision(Standing standing, String reason) {}

    private DunningRules() {}

    /** Decides as of an instant. */
    public static Decision decide(Facts facts, Instant asOf, Duration suspendAfter, Duration closeAfter) {
        if (facts.closed()) {
            return new Decision(Standing.CLOSED, "account_closed");
        }
        if (facts.heldFor() != null) {
            return new Decision(Standing.SUSPENDED, facts.heldFor());
        }
        Instant due = facts.oldestDue();
        if (due == null || asOf.isBefore(due)) {
            return new Decision(Standing.GOOD, "nothing_overdue");
        }
        if (asOf.isBefore(due.plus(suspendAfter))) {
            return new Decision(Standing.PAST_DUE, "invoice_overdue");
        }
        Instant since = facts.suspendedSince();
        return since == null || asOf.isBefore(since.plus(closeAfter))
                ? new Decision(Standing.SUSPENDED, "invoice_overdue")
                : new Decision(Standing.CLOSED, "not_paid");
    }

    /** Whether a change is legal. */
    public static boolean mayBecome(Standing from, Standing to) {
        return STEPS.stream().anyMatch(step -> step.from() == from && step.to() == to);
    }
}
