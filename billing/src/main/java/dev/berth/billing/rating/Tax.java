package dev.berth.billing.rating;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Tax on a rounded base, and its split over the lines of the base. Amounts in minor units. */
public final class Tax {
    private Tax() {}

    /** The tax on a net amount, HALF_UP. */
    public static long on(long netMinor, BigDecimal rate) {
        return BigDecimal.valueOf(netMinor)
                .multiply(rate)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    /** The tax on the sum of some lines, split over them by largest remainder. */
    public static long[] split(List<Long> netMinors, BigDecimal rate) {
        long net = netMinors.stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
        return netMinors.isEmpty()
                ? new long[0]
                : LargestRemainder.split(
                        on(net, rate),
                        netMinors.stream().map(BigDecimal::valueOf).toList());
    }
}
