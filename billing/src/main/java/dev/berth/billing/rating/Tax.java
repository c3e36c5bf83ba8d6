package dev.berth.billing.rating;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Tax on a rounded base. Amounts in minor units. */
public final class Tax {
    private Tax() {}

    /** The tax on a net amount, HALF_UP. */
    public static long on(long netMinor, BigDecimal rate) {
        return BigDecimal.valueOf(netMinor)
                .multiply(rate)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
