package dev.berth.schema.tenant;

import dev.berth.schema.id.AccountId;
import java.time.Instant;

/**
 * The account has a network of its own and may run containers. {@code subnet} is in CIDR notation.
 */
public record TenantReady(AccountId account, String host, String network, String subnet, Instant occurredAt)
        implements TenantEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
