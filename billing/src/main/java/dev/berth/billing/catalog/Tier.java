package dev.berth.billing.catalog;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a graduated or volume price.
 *
 * @param upTo the last quantity that belongs to it, inclusive; null in the last tier
 * @param unitPrice the exact price of one unit, in major units of the currency
 * @param flat added once when the tier is entered (graduated) or reached (volume)
 */
public record Tier(@Nullable BigDecimal upTo, BigDecimal unitPrice, BigDecimal flat) {
    /** The most tiers of one component. */
    public static final int MAX = 100;

    public Tier {
        PriceModel.notNegative("unit_price", unitPrice);
        PriceModel.notNegative("flat", flat);
    }

    static List<Tier> checked(List<Tier> tiers) {
        if (tiers.isEmpty() || tiers.size() > MAX) {
            throw new IllegalArgumentException("tiers: 1 to %d, not %d".formatted(MAX, tiers.size()));
        }
        BigDecimal before = BigDecimal.ZERO;
        for (int i = 0; i < tiers.size(); i++) {
            BigDecimal upTo = tiers.get(i).upTo();
            boolean last = i == tiers.size() - 1;
            if (last != (upTo == null)) {
                throw new IllegalArgumentException("tiers: every tier but the last has an up_to");
            }
            if (upTo != null) {
                if (upTo.compareTo(before) <= 0) {
                    throw new IllegalArgumentException("tiers: up_to must rise, and begin above 0");
                }
                before = upTo;
            }
        }
        return List.copyOf(tiers);
    }
}
