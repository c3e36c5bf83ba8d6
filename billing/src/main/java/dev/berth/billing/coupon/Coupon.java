package dev.berth.billing.coupon;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A coupon: a percentage or an amount off.
 *
 * @param code what customers type, in capitals
 * @param description what invoices say
 * @param percent above 0 and at most 100; null for an amount
 * @param amountMinor what an amount is worth in all; of a percentage what it takes off at most in all, null for no bound
 * @param currency of {@code amountMinor}; only accounts that pay in it can redeem it
 * @param months of a percentage: in how many billing months it counts, the one in which it was redeemed included; null for all
 * @param maxRedemptions how many accounts can redeem it, null for no bound
 * @param redeemBy until when it can be redeemed, null for no end
 * @param archivedAt since when it cannot be redeemed any more; who has it keeps it
 */
public record Coupon(
        String code,
        String description,
        @Nullable BigDecimal percent,
        @Nullable Long amountMinor,
        @Nullable String currency,
        @Nullable Integer months,
        @Nullable Integer maxRedemptions,
        int redemptions,
        @Nullable Instant redeemBy,
        Instant createdAt,
        @Nullable Instant archivedAt) {
    /** A code as it is kept. */
    public static String normal(String code) {
        return code.replaceAll("\\s", "").toUpperCase(Locale.ROOT);
    }

    /** Whether it is a percentage. */
    public boolean isPercent() {
        return percent != null;
    }
}
