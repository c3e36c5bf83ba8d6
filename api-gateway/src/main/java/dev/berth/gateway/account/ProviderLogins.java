package dev.berth.gateway.account;

import dev.berth.schema.id.UserId;

/** What asking somebody for a proof needs to know of the room that keeps logins at the provider. */
public interface ProviderLogins {
    /** Whether somebody can sign in by the provider of the settings. */
    boolean leadsIn(UserId user);
}
