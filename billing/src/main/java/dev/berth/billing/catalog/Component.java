package dev.berth.billing.catalog;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one meter costs.
 *
 * @param id the meter, such as {@code vcpu_seconds}
 * @param model how a month's quantity above the allowance is priced
 * @param freePerMonth the quantity of each calendar month that costs nothing
 * @param minimum what a month costs at least, as a true-up of its own; null for none
 * @param maximum what a month costs at most; null for no bound
 * @param taxGroup the group of rates that taxes it
 */
public record Component(
        String id,
        PriceModel model,
        BigDecimal freePerMonth,
        @Nullable BigDecimal minimum,
        @Nullable BigDecimal maximum,
        String taxGroup) {
    /** In the group of most. */
    public Component(
            String id,
            PriceModel model,
            BigDecimal freePerMonth,
            @Nullable BigDecimal minimum,
            @Nullable BigDecimal maximum) {
        this(id, model, freePerMonth, minimum, maximum, PriceBook.STANDARD_TAX);
    }

    public Component {
        PriceModel.notNegative("free_per_month", freePerMonth);
        if (minimum != null) {
            PriceModel.notNegative("minimum", minimum);
        }
        if (maximum != null) {
            PriceModel.notNegative("maximum", maximum);
            if (minimum != null && minimum.compareTo(maximum) > 0) {
                throw new IllegalArgumentException("minimum must not be above maximum");
            }
        }
    }
}
