package dev.berth.billing.tax;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.rating.LargestRemainder;
import dev.berth.billing.rating.Tax;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Taxes the lines of an invoice. Pure; amounts in minor units.
 *
 * <p>Goals: one rounding for each group; the taxes of the lines are the tax of the invoice, to the cent; the total is never below zero.
 * Algorithm: what reduces the invoice as a whole (coupons, what is carried) is spread over the charges by largest remainder, so
 * that it lowers the base of each group by its share; each group's tax is HALF_UP on its rounded base, and is split over its lines
 * by largest remainder. Where corrections of one group would take back more tax than there is to pay, all is taxed at the
 * standard rate.
 *
 * <p>Example: 1000 at 20 % and 3000 at 10 % with a coupon of 400: shares of 100 and 300, bases 900 and 2700, taxes 180 and 270.
 */
public final class TaxSplit {
    /**
     * A charge.
     *
     * @param group of rates
     * @param amountMinor before reductions
     */
    public record Charge(String group, long amountMinor) {}

    /** One group of an invoice, as it is copied to it. */
    public record Group(String group, String label, BigDecimal rate, long baseMinor, long taxMinor) {}

    /**
     * A charge with its tax.
     *
     * @param group that it was taxed with
     * @param reductionMinor its share of the reductions, mostly below zero
     */
    public record Taxed(String group, BigDecimal rate, long reductionMinor, long taxMinor) {
        /** What is in no group and bears no tax. */
        public static final Taxed NOT = new Taxed(PriceBook.STANDARD_TAX, BigDecimal.ZERO, 0, 0);
    }

    /**
     * What comes of it.
     *
     * @param charges in the order in which they came
     * @param groups in the order in which charges name them
     */
    public record Result(List<Taxed> charges, List<Group> groups) {
        /** The tax of the invoice. */
        public long taxMinor() {
            return groups.stream().mapToLong(Group::taxMinor).reduce(0, Math::addExact);
        }
    }

    private TaxSplit() {}

    /**
     * Splits.
     *
     * @param reductionMinor what coupons and the carry add to the sum of the charges; mostly below zero
     * @param rates the rate of a group, and how it is called
     */
    public static Result of(List<Charge> charges, long reductionMinor, InForce rates) {
        long[] reductions = LargestRemainder.split(
                charges.isEmpty() ? 0 : reductionMinor,
                charges.stream()
                        .map(charge -> BigDecimal.valueOf(charge.amountMinor()))
                        .toList());
        Result result = of(charges, reductions, rates, false);
        long net = result.groups.stream().mapToLong(Group::baseMinor).reduce(0, Math::addExact);
        return Math.addExact(net, result.taxMinor()) < 0 ? of(charges, reductions, rates, true) : result;
    }

    private static Result of(List<Charge> charges, long[] reductions, InForce rates, boolean alike) {
        Map<String, List<Integer>> byGroup = new LinkedHashMap<>();
        for (int i = 0; i < charges.size(); i++) {
            String group = rates.groupOf(charges.get(i).group(), alike);
            byGroup.computeIfAbsent(group, _ -> new ArrayList<>()).add(i);
        }
        Taxed[] taxed = new Taxed[charges.size()];
        List<Group> groups = new ArrayList<>();
        byGroup.forEach((group, members) -> {
            BigDecimal rate = rates.rate(group);
            List<BigDecimal> bases = members.stream()
                    .map(i -> BigDecimal.valueOf(Math.addExact(charges.get(i).amountMinor(), reductions[i])))
                    .toList();
            long base = bases.stream().mapToLong(BigDecimal::longValueExact).reduce(0, Math::addExact);
            long tax = Tax.on(base, rate);
            long[] parts = LargestRemainder.split(tax, bases);
            for (int i = 0; i < parts.length; i++) {
                int place = members.get(i);
                taxed[place] = new Taxed(group, rate, reductions[place], parts[i]);
            }
            groups.add(new Group(group, rates.label(group), rate, base, tax));
        });
        return new Result(List.of(taxed), List.copyOf(groups));
    }
}
