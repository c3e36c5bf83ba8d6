package dev.berth.gateway.edge;

import java.math.BigDecimal;
import java.text.NumberFormat;
import java.util.Currency;
import java.util.Locale;

/** Amounts of money as people read them, on pages and in mails. Pure. */
public final class Amounts {
    private Amounts() {}

    /** An amount in minor units, such as {@code €11.90} or {@code ¥1,190}. */
    public static String text(long minor, String currency) {
        int digits = Currency.getInstance(currency).getDefaultFractionDigits();
        return text(BigDecimal.valueOf(minor, digits), currency);
    }

    /** A price with at least the currency's decimals and at most ten. */
    public static String text(BigDecimal amount, String currency) {
        Currency unit = Currency.getInstance(currency);
        NumberFormat format = NumberFormat.getCurrencyInstance(Locale.US);
        format.setCurrency(unit);
        format.setMinimumFractionDigits(unit.getDefaultFractionDigits());
        format.setMaximumFractionDigits(10);
        return format.format(amount);
    }
}
