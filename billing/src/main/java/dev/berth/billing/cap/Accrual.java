package dev.berth.billing.cap;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.rating.Charge;
import dev.berth.billing.rating.LargestRemainder;
import dev.berth.billing.rating.MonthRating;
import dev.berth.billing.rating.MonthShare;
import dev.berth.billing.rating.Pricing;
import dev.berth.billing.rating.Quantities;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What a billing period has cost so far, running containers included, and how fast that grows. Amounts are before tax, credits and
 * minimums, each component rounded once, as the invoice will say; the fees of the whole period count from its beginning, since
 * nothing that is stopped saves them. Immutable.
 *
 * @param period which of the customer's
 * @param monthStart of the month whose allowance it uses
 * @param before what that month had used before the period
 * @param use by workload, a volume under its own id, in the order of their ids
 * @param asOf up to when running containers are counted
 */
public record Accrual(
        Customer customer,
        Period period,
        Instant monthStart,
        PriceBook book,
        Quantities before,
        SequencedMap<WorkloadId, Use> use,
        Instant asOf) {
    private static final long HOUR_MS = 3_600_000;

    /**
     * The use of one workload.
     *
     * @param used in the period so far
     * @param perMs what it uses in a millisecond from now on, as long as it runs so
     */
    public record Use(Quantities used, Quantities perMs) {
        static final Use NONE = new Use(Quantities.NONE, Quantities.NONE);

        Use plus(Use other) {
            return new Use(used.plus(other.used), perMs.plus(other.perMs));
        }

        /** How many containers run. */
        public int running() {
            return perMs.containerMs().intValueExact();
        }
    }

    /** All use together. */
    public Use total() {
        return use.values().stream().reduce(Use.NONE, Use::plus);
    }

    /** The use of a workload. */
    public Use of(WorkloadId workload) {
        return use.getOrDefault(workload, Use.NONE);
    }

    /** What the use costs, without fees, in minor units. */
    public long usageMinor() {
        return usageMinor(total().used());
    }

    /** What counts against a cap of the account: use and the fees of the period, in minor units. */
    public long usedMinor() {
        return Math.addExact(usageMinor(), feesMinor());
    }

    /** What each workload's share of that is; they add up to {@link #usageMinor}. */
    public Map<WorkloadId, Long> byWorkload() {
        Map<WorkloadId, Long> shares = new HashMap<>();
        Quantities all = total().used();
        for (Component component : book.components()) {
            long amount = minor(component, all);
            List<BigDecimal> weights = use.values().stream()
                    .map(one -> one.used().of(component.id()))
                    .toList();
            if (amount == 0 || weights.stream().allMatch(weight -> weight.signum() == 0)) {
                continue;
            }
            long[] parts = LargestRemainder.split(amount, weights);
            int i = 0;
            for (WorkloadId workload : use.keySet()) {
                shares.merge(workload, parts[i++], Math::addExact);
            }
        }
        return shares;
    }

    /** What use so far and more of it would cost, without fees, in minor units. */
    long usageMinor(Quantities used) {
        return book.components().stream()
                .mapToLong(component -> minor(component, used))
                .reduce(0, Math::addExact);
    }

    private long minor(Component component, Quantities used) {
        long earlier = period.start().isAfter(monthStart) ? price(component, before) : 0;
        return Math.subtractExact(price(component, before.plus(used)), earlier);
    }

    private long price(Component component, Quantities quantities) {
        return MonthRating.usage(book, component, quantities.of(component.id())).amountMinor();
    }

    /** What some more use costs on top of what is used, exactly, in major units. */
    public BigDecimal more(Quantities more) {
        Quantities base = before.plus(total().used());
        return book.components().stream()
                .map(component -> Pricing.exact(component, base.plus(more).of(component.id()))
                        .subtract(Pricing.exact(component, base.of(component.id()))))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .max(BigDecimal.ZERO);
    }

    /** What an hour costs as everything runs now, exactly, in major units. */
    public BigDecimal burnPerHour() {
        return more(total().perMs().times(HOUR_MS));
    }

    /** The fees of the whole period, in minor units. */
    public long feesMinor() {
        if (book.fixed().isEmpty()) {
            return 0;
        }
        return Math.subtractExact(feesUntil(period.end()), feesUntil(period.start()));
    }

    private long feesUntil(Instant until) {
        Period month = customer.calendar().monthOf(monthStart);
        Instant opened = customer.openedAt();
        Instant from = opened.isAfter(month.start()) ? opened : month.start();
        Instant closed = customer.closedAt();
        Instant end = closed != null && closed.isBefore(until) ? closed : until;
        Instant to = end.isBefore(month.end()) ? end : month.end();
        long elapsed = Math.max(0, to.toEpochMilli() - from.toEpochMilli());
        return MonthRating.rate(book, Map.of(), new MonthShare(elapsed, month.ms(), false)).stream()
                .filter(charge -> charge.kind() == Charge.Kind.FIXED)
                .mapToLong(Charge::amountMinor)
                .reduce(0, Math::addExact);
    }

    /**
     * When an amount will be reached if all goes on as it does, in milliseconds from {@link #asOf}, zero when it is; empty when not in
     * this period.
     */
    public Optional<Long> msTo(long amountMinor) {
        long left = Math.max(0, period.end().toEpochMilli() - asOf.toEpochMilli());
        Use all = total();
        long fees = feesMinor();
        if (fees + usageMinor(all.used()) >= amountMinor) {
            return Optional.of(0L);
        }
        if (fees + usageMinor(all.used().plus(all.perMs().times(left))) < amountMinor) {
            return Optional.empty();
        }
        long low = 0;
        long high = left;
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (fees + usageMinor(all.used().plus(all.perMs().times(middle))) >= amountMinor) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return Optional.of(high);
    }

    /** Nothing yet, in the order of {@link #use}. */
    static <V> TreeMap<WorkloadId, V> ordered() {
        return new TreeMap<>(Comparator.comparing(WorkloadId::toString));
    }
}
