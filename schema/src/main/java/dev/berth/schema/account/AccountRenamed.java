package dev.berth.schema.account;

import dev.berth.schema.id.AccountId;
import java.time.Instant;

/** The account has another name: the one on invoices from now on. */
public record AccountRenamed(AccountId account, String name, Instant occurredAt) implements AccountEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
