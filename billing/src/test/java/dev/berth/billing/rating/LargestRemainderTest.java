package dev.berth.billing.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LargestRemainderTest {
    private final Random random = new Random(20261122);

    @Test
    void partsAddUpAndAreTheExactShareRoundedDownOrUp() {
        for (int round = 0; round < 2_000; round++) {
            List<BigDecimal> weights = positive(1 + random.nextInt(12));
            long amount = random.nextLong(-1_000_000, 1_000_000);
            long[] parts = LargestRemainder.split(amount, weights);
            assertThat(Arrays.stream(parts).sum()).isEqualTo(amount);
            BigDecimal sum = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            for (int i = 0; i < parts.length; i++) {
                BigDecimal off = weights.get(i)
                        .multiply(BigDecimal.valueOf(amount))
                        .subtract(sum.multiply(BigDecimal.valueOf(parts[i])));
                assertThat(off.abs()).isLessThan(sum);
            }
        }
    }

    @Test
    void aRefundMirrorsTheCharge() {
        for (int round = 0; round < 500; round++) {
            List<BigDecimal> weights = positive(1 + random.nextInt(9));
            long amount = random.nextLong(1, 100_000);
            long[] charge = LargestRemainder.split(amount, weights);
            long[] refund = LargestRemainder.split(-amount, weights);
            assertThat(Arrays.stream(refund).map(part -> -part).toArray()).isEqualTo(charge);
        }
    }

    @Test
    void signedWeightsOfACorrectionAddUpToo() {
        for (int round = 0; round < 1_000; round++) {
            List<BigDecimal> weights = new ArrayList<>(positive(1 + random.nextInt(6)));
            positive(1 + random.nextInt(6)).forEach(weight -> weights.add(weight.negate()));
            long amount = random.nextLong(-10_000, 10_000);
            assertThat(Arrays.stream(LargestRemainder.split(amount, weights)).sum())
                    .isEqualTo(amount);
        }
    }

    @Test
    void betweenEqualRemaindersTheFirstGetsTheUnit() {
        assertThat(LargestRemainder.split(5, weights(1, 1, 1))).containsExactly(2, 2, 1);
        assertThat(LargestRemainder.split(-5, weights(1, 1, 1))).containsExactly(-2, -2, -1);
        assertThat(LargestRemainder.split(1, weights(0, 1, 1))).containsExactly(0, 1, 0);
    }

    @Test
    void weightsThatCancelGiveAllToTheFirst() {
        assertThat(LargestRemainder.split(7, weights(3, -3))).containsExactly(7, 0);
        assertThat(LargestRemainder.split(0, List.of())).isEmpty();
        assertThatThrownBy(() -> LargestRemainder.split(1, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private List<BigDecimal> positive(int count) {
        List<BigDecimal> weights = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            weights.add(BigDecimal.valueOf(1 + random.nextLong(1_000_000), random.nextInt(13)));
        }
        return weights;
    }

    private static List<BigDecimal> weights(int... values) {
        return Arrays.stream(values).mapToObj(BigDecimal::valueOf).toList();
    }
}
