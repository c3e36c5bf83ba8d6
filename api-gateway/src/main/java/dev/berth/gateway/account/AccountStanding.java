package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.standing.Standing;
import java.util.Optional;

/**
 * Whether an account may run things: as billing last said, and as its owner did.
 *
 * @param ending whether it is closing, or closed for good though billing does not say so yet
 */
public record AccountStanding(Standing standing, boolean capReached, boolean ending) {
    /** A spend cap of the account is reached; also why a workload is held whose own is. */
    public static final String CAP_REACHED = "cap_reached";

    private static final String CLOSING = "closing";

    /**
     * Why wishes of the account are held: {@code closing}, {@code suspended}, {@code closed}, {@code cap_reached}; empty when they
     * run.
     */
    public Optional<String> heldBy() {
        if (ending && standing != Standing.CLOSED) {
            return Optional.of(CLOSING);
        }
        if (!standing.mayRun()) {
            return Optional.of(standing.text());
        }
        return capReached ? Optional.of(CAP_REACHED) : Optional.empty();
    }

    /** Whether nothing of it may change any more, but that it is reopened. */
    public boolean isClosed() {
        return ending || standing == Standing.CLOSED;
    }

    /**
     * Lets pass what may change.
     *
     * @throws Refusal 403 {@code account_closed} if the account is closed or closing
     */
    public void allowChanges() {
        if (isClosed()) {
            throw Refusal.of(
                            ErrorCode.ACCOUNT_CLOSED,
                            "Nothing of the account changes any more: it is %s."
                                    .formatted(standing == Standing.CLOSED ? standing.text() : CLOSING))
                    .fact("standing", standing.text());
        }
    }

    /**
     * Lets pass what may run.
     *
     * @throws Refusal 402 if the account is suspended, or its spend cap is reached; 403 {@code account_closed} if it is closed or
     *     closing
     */
    public void allowRunning() {
        allowChanges();
        if (!standing.mayRun()) {
            throw Refusal.of(
                            ErrorCode.ACCOUNT_SUSPENDED,
                            "Nothing can be started: the account is %s.".formatted(standing.text()))
                    .fact("standing", standing.text());
        }
        if (capReached) {
            throw Refusal.of(ErrorCode.SPEND_CAP_REACHED, "Nothing can be started: the spend cap is reached.")
                    .fact("standing", standing.text());
        }
    }
}
