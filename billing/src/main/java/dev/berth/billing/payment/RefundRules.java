package dev.berth.billing.payment;

import dev.berth.schema.id.PaymentId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongBiFunction;

/**
 * Which payments give how much back, and what a result does to a refund. Pure; amounts in minor units.
 *
 * <p>Goals: a payment never gives back more than it took, less what it gave back before; one that the bank has taken away gives nothing;
 * of what is wanted as much as can be. Algorithm: in the order of the payments, each gives what it has left, in whole units of its
 * provider.
 *
 * <p>Example: 60 are wanted of payments of 50, of which 10 went back, and of 30: 40 and 20.
 */
final class RefundRules {
    /**
     * A payment that succeeded.
     *
     * @param capturedMinor what it took
     * @param refundedMinor what went back of it or is on its way, without what failed
     * @param lost whether its bank took the money away for good
     */
    record Paid(PaymentId id, String provider, long capturedMinor, long refundedMinor, boolean lost) {
        long leftMinor() {
            return lost ? 0 : Math.max(0, capturedMinor - refundedMinor);
        }
    }

    /** What a payment gives back, above zero. */
    record Part(Paid paid, long amountMinor) {}

    private RefundRules() {}

    /**
     * Splits what is wanted over payments.
     *
     * @param wantedMinor zero or more
     * @param payable what of an amount can be paid back by a payment's provider, in its units; at most the amount
     * @return parts that sum to at most what is wanted; the rest cannot go back by the way it came
     */
    static List<Part> split(List<Paid> payments, long wantedMinor, ToLongBiFunction<Paid, Long> payable) {
        List<Part> parts = new ArrayList<>();
        long rest = wantedMinor;
        for (Paid paid : payments) {
            long amount = payable.applyAsLong(paid, Math.min(rest, paid.leftMinor()));
            if (amount > 0) {
                parts.add(new Part(paid, amount));
                rest -= amount;
            }
        }
        return parts;
    }

    /** What parts sum to. */
    static long sum(List<Part> parts) {
        return parts.stream().mapToLong(Part::amountMinor).reduce(0, Math::addExact);
    }

    /** The state after the provider was seen to have one: an old word that comes late takes nothing back. */
    static RefundState next(RefundState before, RefundState seen) {
        return before.mayBecome(seen) ? seen : before;
    }
}
