package dev.berth.gateway.account;

import dev.berth.gateway.edge.Scope;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is left to whom an account was closed, or is being closed: to see and pay what it owes, to take its data along and to reopen
 * it; who is signed in also still sees what there is. Pure.
 */
final class ClosedAccess {
    private static final Set<Scope> OF_KEYS = EnumSet.of(
            Scope.ACCOUNT_READ, Scope.ACCOUNT_WRITE, Scope.AUDIT_READ, Scope.BILLING_READ, Scope.BILLING_WRITE);
    private static final Set<Scope> READS =
            EnumSet.of(Scope.WORKLOADS_READ, Scope.VOLUMES_READ, Scope.SECRETS_READ, Scope.WEBHOOKS_READ);

    private ClosedAccess() {}

    /** What is withheld from a key or a session. */
    static Set<Scope> withheld(boolean closed, boolean key) {
        if (!closed) {
            return Set.of();
        }
        Set<Scope> all = EnumSet.allOf(Scope.class);
        all.removeAll(OF_KEYS);
        if (!key) {
            all.removeAll(READS);
        }
        return all;
    }

    /** What is left of what they may. */
    static Set<Scope> cut(Set<Scope> scopes, boolean closed, boolean key) {
        if (!closed) {
            return scopes;
        }
        Set<Scope> left = EnumSet.noneOf(Scope.class);
        left.addAll(scopes);
        left.removeAll(withheld(true, key));
        return left;
    }
}
