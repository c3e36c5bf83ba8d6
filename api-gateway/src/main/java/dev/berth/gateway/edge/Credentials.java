package dev.berth.gateway.edge;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** What the edge asks of the room that owns keys and sessions. Both are empty for what is unknown, revoked or expired. */
public interface Credentials {
    /** Who holds an API key. */
    Optional<Principal.Customer> ofApiKey(String apiKey);

    /** Who is signed in with a cookie's value. */
    Optional<Principal.Customer> ofSession(String cookie);

    /**
     * Those of some who would be let in again with the key or the session that they have, may do as much, and whose account is not
     * closed; all of them in a few queries, however many they are.
     */
    Set<Principal.Customer> stillHold(Collection<Principal.Customer> customers);
}
