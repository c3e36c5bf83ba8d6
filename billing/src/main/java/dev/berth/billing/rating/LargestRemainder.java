package dev.berth.billing.rating;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits an amount so that the parts add up to it exactly (Hamilton's method).
 *
 * <p>Goals: each part is the exact share rounded down or up, and the sum is the whole. Algorithm: everybody gets the whole
 * units of their share; the units that are left go one each to the largest remainders; between equal remainders to whom is
 * listed first. A negative amount is split as its positive and negated, so that a refund mirrors the charge.
 *
 * <p>Example: 5 over the weights 1, 1, 1 is 2, 2, 1.
 */
public final class LargestRemainder {
    private LargestRemainder() {}

    /**
     * Splits.
     *
     * @param amount in minor units
     * @param weights how much each has of it; of either sign for corrections. When they add up to nothing the first gets all
     * @return one part for each weight, in order
     * @throws IllegalArgumentException if there is something to split and nobody to get it
     */
    public static long[] split(long amount, List<BigDecimal> weights) {
        long[] parts = new long[weights.size()];
        if (amount == 0) {
            return parts;
        }
        if (parts.length == 0) {
            throw new IllegalArgumentException("nobody to split %d over".formatted(amount));
        }
        int scale = weights.stream().mapToInt(BigDecimal::scale).max().orElse(0);
        List<BigInteger> whole = weights.stream()
                .map(weight -> weight.setScale(scale).unscaledValue())
                .toList();
        BigInteger sum = whole.stream().reduce(BigInteger.ZERO, BigInteger::add);
        if (sum.signum() == 0) {
            parts[0] = amount;
            return parts;
        }
        BigInteger positive = BigInteger.valueOf(amount).abs();
        BigInteger[] remainders = new BigInteger[parts.length];
        BigInteger left = positive;
        for (int i = 0; i < parts.length; i++) {
            BigInteger share = positive.multiply(sum.signum() < 0 ? whole.get(i).negate() : whole.get(i));
            remainders[i] = share.mod(sum.abs());
            BigInteger units = share.subtract(remainders[i]).divide(sum.abs());
            left = left.subtract(units);
            parts[i] = units.longValueExact();
        }
        IntStream.range(0, parts.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> remainders[i]).reversed())
                .limit(left.longValueExact())
                .forEach(i -> parts[i]++);
        if (amount < 0) {
            for (int i = 0; i < parts.length; i++) {
                parts[i] = -parts[i];
            }
        }
        return parts;
    }
}
