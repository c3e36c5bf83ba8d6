package dev.berth.billing.rating;

import dev.berth.schema.unit.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/**
 * The one rounding: HALF_UP, away from zero below zero too, to the currency's ISO 4217 exponent. What something may cost, which is
 * never charged, is rounded up.
 */
public final class Rounding {
    private Rounding() {}

    /**
     * An exact amount in major units as whole minor units.
     *
     * @throws ArithmeticException beyond 2^63
     */
    public static long toMinor(BigDecimal exact, String currency) {
        return exact.movePointRight(exponent(currency))
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    /**
     * As {@link #toMinor}, but rounded up: the least that is enough.
     *
     * @throws ArithmeticException beyond 2^63
     */
    public static long toMinorUp(BigDecimal exact, String currency) {
        return exact.movePointRight(exponent(currency))
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }

    /** As {@link #toMinor}, as money. */
    public static Money toMoney(BigDecimal exact, String currency) {
        return new Money(toMinor(exact, currency), currency);
    }

    /** Minor units as an exact amount in major units. */
    public static BigDecimal toMajor(long minor, String currency) {
        return BigDecimal.valueOf(minor, exponent(currency));
    }

    private static int exponent(String currency) {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }
}
