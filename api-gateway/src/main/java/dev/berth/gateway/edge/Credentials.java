package dev.berth.gateway.edge;

import java.util.Optional;

/** What the edge asks of the room that owns keys and sessions. Both are empty for what is unknown, revoked or expired. */
public interface Credentials {
    /** Who holds an API key. */
    Optional<Principal.Customer> ofApiKey(String apiKey);

    /** Who is signed in with a cookie's value. */
    Optional<Principal.Customer> ofSession(String cookie);

    /** Whether who was let in with a key or a session would be let in with it again, and may do as much. */
    boolean stillHold(Principal.Customer customer);
}
