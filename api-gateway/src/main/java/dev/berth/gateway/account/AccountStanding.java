package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.standing.Standing;
import java.util.Optional;

/** Whether an account may run things, as billing last said. */
public record AccountStanding(Standing standing, boolean capReached) {
    /** Why wishes of the account are held: {@code suspended}, {@code closed}, {@code cap_reached}; empty when they run. */
    public Optional<String> heldBy() {
        if (!standing.mayRun()) {
            return Optional.of(standing.text());
        }
        return capReached ? Optional.of("cap_reached") : Optional.empty();
    }

    /**
     * Lets pass what may run.
     *
     * @throws Refusal 402 if the account is suspended or closed, or its spend cap is reached
     */
    public void allowRunning() {
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
