package dev.berth.billing.stripe;

import java.util.Currency;
import java.util.Set;

/**
 * Amounts in Stripe's units. Pure. They are ISO 4217's minor units but for: MGA, which Stripe has without decimals; ISK and UGX, which
 * have none and of which Stripe is told hundredths that must be whole; and currencies of three decimals, of which the last must be 0.
 *
 * @see <a href="https://docs.stripe.com/currencies">Stripe: supported currencies</a>
 */
public final class StripeAmounts {
    private static final Set<String> WHOLE_IN_HUNDREDTHS = Set.of("ISK", "UGX");

    private StripeAmounts() {}

    /** What of an amount Stripe has units for, in minor units: the rest is too small for it. */
    public static long chargeable(long amountMinor, String currency) {
        return amountMinor - Math.floorMod(amountMinor, step(currency));
    }

    /**
     * An amount in Stripe's units.
     *
     * @throws IllegalArgumentException if it has no units for it, see {@link #chargeable}
     * @throws ArithmeticException beyond 2^63
     */
    public static long toStripe(long amountMinor, String currency) {
        if (Math.floorMod(amountMinor, step(currency)) != 0) {
            throw new IllegalArgumentException("Stripe has no unit for %d of %s".formatted(amountMinor, currency));
        }
        if (WHOLE_IN_HUNDREDTHS.contains(currency)) {
            return Math.multiplyExact(amountMinor, 100);
        }
        return currency.equals("MGA") ? amountMinor / 100 : amountMinor;
    }

    /** An amount of Stripe's in minor units. */
    public static long fromStripe(long amount, String currency) {
        if (WHOLE_IN_HUNDREDTHS.contains(currency)) {
            return amount / 100;
        }
        return currency.equals("MGA") ? Math.multiplyExact(amount, 100) : amount;
    }

    private static long step(String currency) {
        if (currency.equals("MGA")) {
            return 100;
        }
        return Currency.getInstance(currency).getDefaultFractionDigits() == 3 ? 10 : 1;
    }
}
