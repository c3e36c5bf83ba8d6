package dev.berth.schema.standing;

import dev.berth.schema.id.AccountId;
import java.time.Instant;

/**
 * The standing of an account, or whether its spend cap is reached, changed; both as they are now.
 */
public record StandingChanged(
        AccountId account, Standing standing, boolean capReached, String reason, Instant occurredAt)
        implements StandingEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
