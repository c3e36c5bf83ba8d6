package dev.berth.billing.rating;

import java.math.BigDecimal;
import java.math.MathContext;

/** The part of a fee that a part of its time costs. */
public final class Proration {
    private Proration() {}

    /**
     * {@code fee × part / whole} with 34 digits, and exactly the fee when the part is the whole. Round the result, not the
     * ratio.
     */
    public static BigDecimal prorate(BigDecimal fee, long part, long whole) {
        if (part < 0 || part > whole || whole < 1) {
            throw new IllegalArgumentException("%d is no part of %d".formatted(part, whole));
        }
        return part == whole
                ? fee
                : fee.multiply(BigDecimal.valueOf(part)).divide(BigDecimal.valueOf(whole), MathContext.DECIMAL128);
    }
}
