package dev.berth.billing.coupon;

import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What coupons take off the charges of an invoice, before tax. Pure; amounts in minor units.
 *
 * <p>Goals: one order that can be told in a sentence; never below zero; no more than a coupon has. Algorithm: percentages first, then
 * amounts, each in the order in which they were redeemed; each takes its part of what those before left: a percentage HALF_UP and
 * at most what is left of its cap, an amount as much as it has.
 *
 * <p>Example: 10,000 with 10 %, then 20 %, then 2,000: 1,000 off, 1,800 off, 2,000 off; 5,200 are left.
 */
public final class CouponRules {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** In which order coupons count. */
    static final Comparator<Redeemed> ORDER = Comparator.comparing((Redeemed coupon) -> coupon.percent() == null)
            .thenComparing(Redeemed::redeemedAt)
            .thenComparing(Redeemed::code);

    /**
     * A coupon that an account has.
     *
     * @param percent null for an amount
     * @param leftMinor what it can still take off; null for no bound
     * @param endsAt it counts in periods that begin before; null for all
     */
    public record Redeemed(
            String code,
            String description,
            @Nullable BigDecimal percent,
            @Nullable Long leftMinor,
            Instant redeemedAt,
            @Nullable Instant endsAt) {
        /** Whether it counts in a period. */
        public boolean countsIn(Period period) {
            return redeemedAt.isBefore(period.end())
                    && (endsAt == null || period.start().isBefore(endsAt));
        }

        /** With so much less to take off. */
        public Redeemed less(long amountMinor) {
            return new Redeemed(
                    code,
                    description,
                    percent,
                    leftMinor == null ? null : Math.max(0, leftMinor - amountMinor),
                    redeemedAt,
                    endsAt);
        }
    }

    /** What a coupon takes off: above zero. */
    public record Discount(Redeemed coupon, long amountMinor) {}

    private CouponRules() {}

    /**
     * What coupons take off.
     *
     * @param chargesMinor the sum of the charges; nothing is taken off what is not above zero
     */
    public static List<Discount> apply(long chargesMinor, List<Redeemed> coupons) {
        List<Discount> discounts = new ArrayList<>();
        long left = chargesMinor;
        for (Redeemed coupon : coupons.stream().sorted(ORDER).toList()) {
            long most = coupon.leftMinor() == null ? left : Math.min(left, coupon.leftMinor());
            long off = coupon.percent() == null ? most : Math.min(most, part(left, coupon.percent()));
            if (off > 0) {
                discounts.add(new Discount(coupon, off));
                left -= off;
            }
        }
        return discounts;
    }

    private static long part(long minor, BigDecimal percent) {
        return BigDecimal.valueOf(minor)
                .multiply(percent)
                .divide(HUNDRED, 0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
