package dev.berth.billing.standing;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import java.time.Instant;

/**
 * How an account stands.
 *
 * @param capReached whether its spend cap is reached
 * @param since when it came to stand so
 */
public record AccountStanding(AccountId account, Standing standing, boolean capReached, String reason, Instant since) {}
