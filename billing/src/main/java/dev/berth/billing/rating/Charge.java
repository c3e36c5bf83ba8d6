package dev.berth.billing.rating;

import java.math.BigDecimal;

/**
 * What one item of a price book costs for a month so far.
 *
 * @param kind what it is charged for
 * @param id the component or the fee
 * @param quantity the whole quantity of the month so far
 * @param free the part of it that the allowance covers
 * @param exact the amount before rounding, in major units
 * @param amountMinor the amount, rounded once
 */
public record Charge(Kind kind, String id, BigDecimal quantity, BigDecimal free, BigDecimal exact, long amountMinor) {
    /** What is charged for. */
    public enum Kind {
        /** Use of a component. */
        USAGE,
        /** A fixed fee. */
        FIXED,
        /** The true-up to a minimum. */
        MINIMUM
    }

    /** The id of the true-up to the minimum of the whole month. */
    public static final String MONTH = "minimum_per_month";

    /** By what amounts that were billed already are found again. */
    public String key() {
        return switch (kind) {
            case USAGE -> id;
            case FIXED -> "fixed:" + id;
            case MINIMUM -> "minimum:" + id;
        };
    }
}
