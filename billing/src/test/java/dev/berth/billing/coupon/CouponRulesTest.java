package dev.berth.billing.coupon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CouponRulesTest {
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");

    @Test
    void percentagesComeFirstThenAmountsEachOnWhatIsLeft() {
        List<CouponRules.Redeemed> coupons = List.of(
                coupon("AMOUNT", null, 2_000L, 1), coupon("LATER", "20", null, 3), coupon("FIRST", "10", null, 2));
        assertThat(taken(10_000, coupons)).containsExactly("FIRST 1000", "LATER 1800", "AMOUNT 2000");
    }

    @Test
    void nothingIsTakenBelowZeroAndNoMoreThanACouponHas() {
        assertThat(taken(500, List.of(coupon("A", null, 2_000L, 1), coupon("B", null, 10L, 2))))
                .containsExactly("A 500");
        assertThat(taken(10_000, List.of(coupon("CAPPED", "50", 300L, 1)))).containsExactly("CAPPED 300");
        assertThat(taken(0, List.of(coupon("A", null, 2_000L, 1)))).isEmpty();
        assertThat(taken(-5, List.of(coupon("A", "10", null, 1)))).isEmpty();
    }

    @Test
    void aPercentageIsRoundedHalfUpToTheMinorUnit() {
        assertThat(taken(5, List.of(coupon("A", "10", null, 1)))).containsExactly("A 1");
        assertThat(taken(4, List.of(coupon("A", "10", null, 1)))).isEmpty();
    }

    @Test
    void aCouponCountsFromThePeriodInWhichItWasRedeemedUntilItsEnd() {
        CouponRules.Redeemed coupon =
                new CouponRules.Redeemed("A", "a", BigDecimal.TEN, null, MARCH.plusSeconds(9), APRIL);
        assertThat(coupon.countsIn(new Period(MARCH, APRIL))).isTrue();
        assertThat(coupon.countsIn(new Period(APRIL, APRIL.plusSeconds(1)))).isFalse();
        assertThat(coupon.countsIn(new Period(MARCH.minusSeconds(9), MARCH))).isFalse();
    }

    private static CouponRules.Redeemed coupon(String code, @Nullable String percent, @Nullable Long left, int at) {
        return new CouponRules.Redeemed(
                code, code, percent == null ? null : new BigDecimal(percent), left, MARCH.plusSeconds(at), null);
    }

    private static List<String> taken(long charges, List<CouponRules.Redeemed> coupons) {
        return CouponRules.apply(charges, coupons).stream()
                .map(discount -> discount.coupon().code() + " " + discount.amountMinor())
                .toList();
    }
}
