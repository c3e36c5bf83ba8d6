package dev.berth.billing.catalog;

import java.math.BigDecimal;

/**
 * A fee per calendar month whatever is used, prorated by the millisecond when an account has only a part of the month.
 *
 * @param taxGroup the group of rates that taxes it
 */
public record FixedFee(String id, BigDecimal perMonth, String taxGroup) {
    /** In the group of most. */
    public FixedFee(String id, BigDecimal perMonth) {
        this(id, perMonth, PriceBook.STANDARD_TAX);
    }

    public FixedFee {
        PriceModel.notNegative("per_month", perMonth);
    }
}
