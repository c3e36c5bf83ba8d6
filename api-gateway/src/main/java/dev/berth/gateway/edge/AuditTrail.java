package dev.berth.gateway.edge;

/** What the edge tells the room that keeps the audit log. */
@FunctionalInterface
public interface AuditTrail {
    /** Writes it down in the caller's transaction, or in one of its own where there is none. */
    void append(Audited what);
}
