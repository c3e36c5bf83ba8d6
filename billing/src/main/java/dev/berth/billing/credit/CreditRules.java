package dev.berth.billing.credit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which grants pay how much of an invoice. Pure. */
public final class CreditRules {
    /** A part of a grant that is used. */
    public record Use(CreditGrant grant, long amountMinor) {}

    private CreditRules() {}

    /**
     * Uses grants in {@link CreditGrant#ORDER} until nothing is due or nothing is left; never more than either.
     *
     * @param dueMinor zero or more
     */
    public static List<Use> use(List<CreditGrant> grants, long dueMinor, Instant at) {
        List<Use> uses = new ArrayList<>();
        long due = dueMinor;
        for (CreditGrant grant : grants.stream().sorted(CreditGrant.ORDER).toList()) {
            long part = grant.usable(at) ? Math.min(due, grant.leftMinor()) : 0;
            if (part > 0) {
                uses.add(new Use(grant, part));
                due -= part;
            }
        }
        return uses;
    }

    /** What some uses come to. */
    public static long sum(List<Use> uses) {
        return uses.stream().mapToLong(Use::amountMinor).reduce(0, Math::addExact);
    }
}
