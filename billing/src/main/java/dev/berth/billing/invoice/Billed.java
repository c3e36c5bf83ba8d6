package dev.berth.billing.invoice;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What was billed of a month already, on whatever invoices.
 *
 * @param quantities by component
 * @param amounts minor units by charge
 */
record Billed(Map<String, BigDecimal> quantities, Map<String, Long> amounts) {
    static final Billed NOTHING = new Billed(Map.of(), Map.of());

    Billed {
        quantities = Map.copyOf(quantities);
        amounts = Map.copyOf(amounts);
    }

    BigDecimal quantity(String component) {
        return quantities.getOrDefault(component, BigDecimal.ZERO);
    }

    long amount(String charge) {
        return amounts.getOrDefault(charge, 0L);
    }
}
