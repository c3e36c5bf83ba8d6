package dev.berth.billing.tax;

import dev.berth.billing.catalog.PriceBook;
import java.math.BigDecimal;
import java.util.Map;

/**
 * How an invoice is taxed, with the rates in force when it is made.
 *
 * @param rates by group; empty when nothing is charged
 */
public record InForce(Treatment treatment, Map<String, Rate> rates) {
    /**
     * A rate of a group.
     *
     * @param label how invoices call the tax
     * @param rate zero or more and below one
     */
    public record Rate(String label, BigDecimal rate) {}

    private static final Rate NONE = new Rate("Tax", BigDecimal.ZERO);

    public InForce {
        rates = Map.copyOf(rates);
    }

    /** The standard rate: what most of an invoice is taxed with. */
    public BigDecimal standard() {
        return rate(PriceBook.STANDARD_TAX);
    }

    /** A group that the country has no rate for is taxed as the standard one. */
    String groupOf(String group, boolean alike) {
        return alike || !rates.containsKey(group) ? PriceBook.STANDARD_TAX : group;
    }

    BigDecimal rate(String group) {
        return rates.getOrDefault(group, NONE).rate();
    }

    String label(String group) {
        return rates.getOrDefault(group, NONE).label();
    }
}
