package dev.berth.schema.unit;

import java.util.Currency;

/**
 * An exact amount in minor units of an ISO 4217 currency, such as cents; may be negative. It is never multiplied by a price:
 * rating does that on {@link java.math.BigDecimal} and rounds once.
 */
public record Money(long amountMinor, String currency) {
    public Money {
        Currency.getInstance(currency); // throws IllegalArgumentException for what is no currency
    }

    /** Nothing of a currency. */
    public static Money zero(String currency) {
        return new Money(0, currency);
    }

    /**
     * The sum.
     *
     * @throws IllegalArgumentException if the currencies differ
     * @throws ArithmeticException beyond 2^63
     */
    public Money plus(Money other) {
        return new Money(Math.addExact(amountMinor, same(other).amountMinor), currency);
    }

    /** The difference; see {@link #plus}. */
    public Money minus(Money other) {
        return new Money(Math.subtractExact(amountMinor, same(other).amountMinor), currency);
    }

    /** As a decimal with the currency's exponent and code, such as {@code 12.34 EUR}. */
    public String display() {
        return java.math.BigDecimal.valueOf(
                                amountMinor, Currency.getInstance(currency).getDefaultFractionDigits())
                        .toPlainString()
                + " " + currency;
    }

    private Money same(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("%s and %s do not add up".formatted(currency, other.currency));
        }
        return other;
    }
}
