package dev.berth.schema.tenant;

import dev.berth.schema.id.AccountId;
import java.time.Instant;

/**
 * The network of a closed account is gone.
 */
public record TenantRemoved(AccountId account, String host, Instant occurredAt) implements TenantEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
