package dev.berth.bench.figure;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One number of a measurement.
 *
 * @param bench the measurement, such as {@code launch}
 * @param name what it is, in words
 * @param value the number
 * @param unit its unit; {@code ×} for a ratio
 * @param target what was promised; null for a number that only explains another
 */
public record Figure(
        String bench,
        String name,
        double value,
        String unit,
        @Nullable Target target) {
    /** A bound: at most so much, or at least. */
    public record Target(double bound, boolean atMost) {}

    /** A number without a target. */
    public static Figure of(String bench, String name, double value, String unit) {
        return new Figure(bench, name, value, unit, null);
    }

    /** This number, which must not exceed a bound. */
    public Figure atMost(double bound) {
        return new Figure(bench, name, value, unit, new Target(bound, true));
    }

    /** This number, which must reach a bound. */
    public Figure atLeast(double bound) {
        return new Figure(bench, name, value, unit, new Target(bound, false));
    }

    /** Whether the target is met; true where there is none. */
    public boolean met() {
        return target == null || (target.atMost() ? value <= target.bound() : value >= target.bound());
    }

    /** The number with its unit, such as {@code 31,400 events/s}. */
    public String shown() {
        return number(value) + " " + unit;
    }

    /** The target in words, empty where there is none. */
    public String promised() {
        return target == null ? "" : (target.atMost() ? "≤ " : "≥ ") + number(target.bound());
    }

    private static String number(double number) {
        double size = Math.abs(number);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", number);
    }
}
