package dev.berth.billing.invoice;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
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

    /** With lines of a month that are as good as billed. */
    Billed plus(List<DraftLine> promised, Instant month) {
        Map<String, BigDecimal> allQuantities = new HashMap<>(quantities);
        Map<String, Long> allAmounts = new HashMap<>(amounts);
        for (DraftLine line : promised) {
            if (line.charges() && line.monthStart().equals(month)) {
                allQuantities.merge(line.charge(), line.quantity(), BigDecimal::add);
                allAmounts.merge(line.charge(), line.amountMinor(), Math::addExact);
            }
        }
        return new Billed(allQuantities, allAmounts);
    }

    BigDecimal quantity(String component) {
        return quantities.getOrDefault(component, BigDecimal.ZERO);
    }

    long amount(String charge) {
        return amounts.getOrDefault(charge, 0L);
    }
}
