package dev.berth.provisioner.tenant;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.NetworkUse;
import org.jspecify.annotations.Nullable;

/**
 * A network of an account beside its own one. One that leads outside and an internal one of the same name are two.
 *
 * @param number no two ever have the same, so neither has the engine's name of it
 * @param use the account's name of it, and whether it is internal
 * @param subnet its part of the address pool in CIDR notation; null until one is taken
 * @param message why it is not ready, or not gone, yet; for people
 */
public record TenantNetwork(
        long number,
        AccountId account,
        NetworkUse use,
        NetworkState state,
        @Nullable String subnet,
        @Nullable String message) {
    /** The number of the account's own network, which has no row. */
    public static final long OWN = 0;

    /** The most of an account at once: those that its wishes may name, and as many that are still being left. */
    public static final int MOST = 16;

    /** The name of it on the engine: ours, no word of a tenant. */
    public String network() {
        return nameOf(account, number);
    }

    /** The name on the engine of the network of a number. */
    public static String nameOf(AccountId account, long number) {
        return number == OWN ? Tenant.networkOf(account) : Tenant.networkOf(account) + "-" + number;
    }

    /** How many containers it holds; none while it has no addresses. */
    public long room() {
        return subnet == null ? 0 : AddressPool.room(Cidr.parse(subnet).prefix());
    }
}
