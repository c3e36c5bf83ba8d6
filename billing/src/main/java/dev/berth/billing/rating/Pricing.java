package dev.berth.billing.rating;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.PriceModel;
import dev.berth.billing.catalog.Tier;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * What a quantity costs, exactly, in major units of the currency. Nothing is rounded here.
 *
 * <p>Worked example: graduated 0–10 @10 and flat 2, 11–20 @5 and flat 3; 12 units cost 10 × 10 + 2 + 2 × 5 + 3 = 115. With
 * volume pricing the tier that the quantity reaches prices all of it. Packages are counted up to whole ones. The first tier is
 * entered even by nothing.
 */
public final class Pricing {
    private Pricing() {}

    /** What a month's quantity of a component costs, after the free allowance and not above the maximum. */
    public static BigDecimal exact(Component component, BigDecimal quantity) {
        BigDecimal amount = exact(component.model(), billable(component, quantity));
        BigDecimal maximum = component.maximum();
        return maximum == null ? amount : amount.min(maximum);
    }

    /** The quantity above the free allowance. */
    public static BigDecimal billable(Component component, BigDecimal quantity) {
        return quantity.subtract(component.freePerMonth()).max(BigDecimal.ZERO);
    }

    /**
     * What a quantity costs.
     *
     * @throws IllegalArgumentException below zero
     */
    public static BigDecimal exact(PriceModel model, BigDecimal quantity) {
        if (quantity.signum() < 0) {
            throw new IllegalArgumentException("a quantity of %s has no price".formatted(quantity));
        }
        return switch (model) {
            case PriceModel.PerUnit(BigDecimal unitPrice) -> quantity.multiply(unitPrice);
            case PriceModel.Graduated(List<Tier> tiers) -> graduated(tiers, quantity);
            case PriceModel.Volume(List<Tier> tiers) -> {
                Tier reached = reached(tiers, quantity);
                yield quantity.multiply(reached.unitPrice()).add(reached.flat());
            }
            case PriceModel.Packaged(BigDecimal packageSize, BigDecimal packagePrice) ->
                packages(packageSize, quantity).multiply(packagePrice);
        };
    }

    /** How many packages a quantity takes; one that was begun counts. */
    public static BigDecimal packages(BigDecimal packageSize, BigDecimal quantity) {
        return quantity.divide(packageSize, 0, RoundingMode.CEILING);
    }

    private static BigDecimal graduated(List<Tier> tiers, BigDecimal quantity) {
        BigDecimal amount = BigDecimal.ZERO;
        BigDecimal below = BigDecimal.ZERO;
        for (Tier tier : tiers) {
            if (below.signum() > 0 && quantity.compareTo(below) <= 0) {
                break;
            }
            BigDecimal upTo = tier.upTo();
            BigDecimal top = upTo == null ? quantity : quantity.min(upTo);
            amount = amount.add(top.subtract(below).multiply(tier.unitPrice())).add(tier.flat());
            if (upTo == null) {
                break;
            }
            below = upTo;
        }
        return amount;
    }

    private static Tier reached(List<Tier> tiers, BigDecimal quantity) {
        for (Tier tier : tiers) {
            BigDecimal upTo = tier.upTo();
            if (upTo == null || quantity.compareTo(upTo) <= 0) {
                return tier;
            }
        }
        throw new IllegalStateException("the last tier has no end"); // Tier holds it
    }
}
