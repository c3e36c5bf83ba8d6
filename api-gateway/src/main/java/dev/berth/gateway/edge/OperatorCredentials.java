package dev.berth.gateway.edge;

import java.util.Optional;

/** What the edge asks of the room that keeps operators' keys. */
@FunctionalInterface
public interface OperatorCredentials {
    /** Who has a key; empty for what is unknown, revoked or expired. */
    Optional<Principal.Operator> ofKey(String key);
}
