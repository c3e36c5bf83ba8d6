package dev.berth.billing.rating;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.FixedFee;
import dev.berth.billing.catalog.PriceBook;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prices a month from its cumulative quantities.
 *
 * <p>Goals: one rounding per component and month; a month that is billed in parts costs what it would in one. Constraint: what
 * was billed is final. Algorithm: each part is billed the price of everything known so far less what was billed already
 * (vector O12), so that the free allowance, the tiers and the rounding belong to the month, however it is cut.
 *
 * <p>Example: 10 units at 0.24 ¢ each, closed in halves: 5 units are 1.2 ¢, billed 1; 10 units are 2.4 ¢, rounded 2, so the second
 * half is billed 2 − 1 = 1. Together 2, as in one.
 */
public final class MonthRating {
    private MonthRating() {}

    /**
     * All charges of a book for a month so far, components first, in the order of the book.
     *
     * @param quantities by component; what is not there is zero
     */
    public static List<Charge> rate(PriceBook book, Map<String, BigDecimal> quantities, MonthShare share) {
        List<Charge> charges = new ArrayList<>();
        for (Component component : book.components()) {
            BigDecimal quantity = quantities.getOrDefault(component.id(), BigDecimal.ZERO);
            charges.add(usage(book, component, quantity));
        }
        int components = charges.size();
        for (FixedFee fee : book.fixed()) {
            BigDecimal exact = Proration.prorate(fee.perMonth(), share.elapsedMs(), share.wholeMs());
            charges.add(charge(Charge.Kind.FIXED, fee.id(), exact, book));
        }
        if (share.complete()) {
            for (int i = 0; i < components; i++) {
                BigDecimal minimum = book.components().get(i).minimum();
                if (minimum != null) {
                    charges.add(trueUp(
                            book, charges.get(i).id(), minimum, charges.get(i).amountMinor()));
                }
            }
            BigDecimal minimum = book.minimumPerMonth();
            if (minimum != null) {
                long sum = charges.stream().mapToLong(Charge::amountMinor).reduce(0, Math::addExact);
                charges.add(trueUp(book, Charge.MONTH, minimum, sum));
            }
        }
        return charges;
    }

    /** The charge of one component for a month so far. */
    public static Charge usage(PriceBook book, Component component, BigDecimal quantity) {
        BigDecimal exact = Pricing.exact(component, quantity);
        BigDecimal free = quantity.subtract(Pricing.billable(component, quantity));
        return new Charge(
                Charge.Kind.USAGE, component.id(), quantity, free, exact, Rounding.toMinor(exact, book.currency()));
    }

    private static Charge trueUp(PriceBook book, String id, BigDecimal minimum, long amountMinor) {
        BigDecimal missing = minimum.subtract(Rounding.toMajor(amountMinor, book.currency()));
        return charge(Charge.Kind.MINIMUM, id, missing.max(BigDecimal.ZERO), book);
    }

    private static Charge charge(Charge.Kind kind, String id, BigDecimal exact, PriceBook book) {
        return new Charge(kind, id, BigDecimal.ONE, BigDecimal.ZERO, exact, Rounding.toMinor(exact, book.currency()));
    }
}
