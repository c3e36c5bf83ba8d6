package dev.berth.billing.catalog;

import java.math.BigDecimal;

/** A fee per calendar month whatever is used, prorated by the millisecond when an account has only a part of the month. */
public record FixedFee(String id, BigDecimal perMonth) {
    public FixedFee {
        PriceModel.notNegative("per_month", perMonth);
    }
}
