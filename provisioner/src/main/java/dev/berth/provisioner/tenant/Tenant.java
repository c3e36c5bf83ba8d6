package dev.berth.provisioner.tenant;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import org.jspecify.annotations.Nullable;

/**
 * The place of an account on a host.
 *
 * @param block the first unit of its part of the address pool, null until one is taken and after it is given back
 * @param subnet that part in CIDR notation
 * @param limits what its containers may be together
 * @param cause the call that opened, or closed, the account
 * @param message why it is not ready yet, for people
 */
public record Tenant(
        AccountId account,
        TenantState state,
        @Nullable Integer block,
        @Nullable String subnet,
        @Nullable String host,
        TenantLimits limits,
        Cause cause,
        @Nullable String message) {
    /** How many containers its network holds; none while it has no addresses. */
    public long room() {
        return block == null || subnet == null
                ? 0
                : AddressPool.room(Cidr.parse(subnet).prefix());
    }

    /** Whether its network has fewer addresses than its limits ask for, and more could be had. */
    public boolean cramped(AddressPool pool) {
        return block != null && subnet != null && Cidr.parse(subnet).prefix() > pool.prefixFor(limits.containers());
    }

    /** The name of its network on the engine. */
    public String network() {
        return networkOf(account);
    }

    /** The name of an account's network on the engine. */
    public static String networkOf(AccountId account) {
        return "berth-" + account;
    }
}
