package dev.berth.schema.account;

import dev.berth.schema.id.AccountId;
import java.time.Instant;

/**
 * The account is closed: its containers stop, its place is removed, its last invoice is made.
 */
public record AccountClosed(AccountId account, String reason, Instant occurredAt) implements AccountEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
