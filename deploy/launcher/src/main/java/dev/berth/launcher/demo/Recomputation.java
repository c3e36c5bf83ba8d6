package dev.berth.launcher.demo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes an invoice's amounts again from nothing but its intervals and unit prices, as a customer with a calculator would.
 *
 * <p>Algorithm: for each component, the exact use of its intervals (milliseconds × millis of a CPU, or × MiB) must be the sum of its
 * lines' quantities; times the unit price, rounded once, half up, it must be the sum of its lines' amounts; and all lines the total.
 */
final class Recomputation {
    private Recomputation() {}

    /** What does not agree, a sentence each; empty when everything does. */
    static List<String> disagreements(Invoiced invoice) {
        List<String> wrong = new ArrayList<>();
        int digits = Currency.getInstance(invoice.currency()).getDefaultFractionDigits();
        Map<String, List<Invoiced.Line>> byComponent = new LinkedHashMap<>();
        for (Invoiced.Line line : invoice.lines()) {
            byComponent
                    .computeIfAbsent(line.component(), _ -> new ArrayList<>())
                    .add(line);
        }
        byComponent.forEach((component, lines) -> {
            if (divisor(component) != null) {
                wrong.addAll(component(component, lines, digits));
            }
        });
        long sum =
                invoice.lines().stream().mapToLong(Invoiced.Line::amountMinor).sum();
        if (sum != invoice.totalMinor()) {
            wrong.add("the lines add up to %d, the total is %d".formatted(sum, invoice.totalMinor()));
        }
        return wrong;
    }

    private static List<String> component(String component, List<Invoiced.Line> lines, int digits) {
        List<String> wrong = new ArrayList<>();
        BigDecimal exact = BigDecimal.ZERO;
        for (Invoiced.Line line : lines) {
            BigDecimal quantity = quantity(component, line.intervals());
            if (quantity.setScale(line.quantity().scale(), RoundingMode.HALF_UP).compareTo(line.quantity()) != 0) {
                wrong.add("line %s (%s) says %s, its intervals make %s"
                        .formatted(line.id(), component, line.quantity().toPlainString(), quantity.toPlainString()));
            }
            if (line.unitPrice() == null) {
                wrong.add("line %s (%s) has no unit price".formatted(line.id(), component));
            } else {
                exact = exact.add(quantity.multiply(line.unitPrice()));
            }
        }
        long computed =
                exact.movePointRight(digits).setScale(0, RoundingMode.HALF_UP).longValueExact();
        long amounts = lines.stream().mapToLong(Invoiced.Line::amountMinor).sum();
        if (computed != amounts) {
            wrong.add("%s: the intervals cost %d (exactly %s), the lines say %d"
                    .formatted(component, computed, exact.toPlainString(), amounts));
        }
        return wrong;
    }

    /** The exact quantity of a component in the intervals that are billed. */
    static BigDecimal quantity(String component, List<Invoiced.Interval> intervals) {
        BigInteger sum = BigInteger.ZERO;
        for (Invoiced.Interval interval : intervals) {
            if (interval.billed()) {
                sum = sum.add(
                        BigInteger.valueOf(interval.ms()).multiply(BigInteger.valueOf(factor(component, interval))));
            }
        }
        BigDecimal divisor = divisor(component);
        if (divisor == null) {
            throw new IllegalArgumentException("no use is known for component '%s'".formatted(component));
        }
        return new BigDecimal(sum).divide(divisor, 20, RoundingMode.UNNECESSARY).stripTrailingZeros();
    }

    private static long factor(String component, Invoiced.Interval interval) {
        return switch (component) {
            case "vcpu_seconds" -> interval.cpuMillis();
            case "gib_seconds" -> interval.memoryMib();
            default -> 1;
        };
    }

    private static @org.jspecify.annotations.Nullable BigDecimal divisor(String component) {
        return switch (component) {
            case "vcpu_seconds" -> new BigDecimal(1_000_000);
            case "gib_seconds" -> new BigDecimal(1_024_000);
            case "container_seconds" -> new BigDecimal(1_000);
            default -> null;
        };
    }
}
