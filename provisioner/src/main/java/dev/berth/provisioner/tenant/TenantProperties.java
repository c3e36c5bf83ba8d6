package dev.berth.provisioner.tenant;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of tenants.
 *
 * @param addressPool the private addresses that accounts' networks are cut from; nothing else on the host may use them
 * @param addressPrefix the least size of each part: /26 holds 61 containers of an account; one that may have more gets more
 * @param installation where this Berth begins in the pool, so that two on one host seldom meet
 */
@ConfigurationProperties("berth")
public record TenantProperties(
        @DefaultValue("10.200.0.0/13") String addressPool,
        @DefaultValue("26") int addressPrefix,
        @DefaultValue("default") String installation) {
    /** The pool. */
    public AddressPool pool() {
        return new AddressPool(Cidr.parse(addressPool), addressPrefix);
    }

    /** The block to begin with. */
    public int start() {
        return installation.equals("default") ? 0 : installation.hashCode();
    }
}
