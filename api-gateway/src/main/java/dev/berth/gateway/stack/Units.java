package dev.berth.gateway.stack;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations and sizes as Compose writes them. Pure.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/11-extension.md">Compose specification, byte values and durations</a>
 */
final class Units {
    private static final Pattern PART = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(us|ms|s|m|h|d)");
    private static final Map<String, BigDecimal> SECONDS = Map.of(
            "us",
            new BigDecimal("0.000001"),
            "ms",
            new BigDecimal("0.001"),
            "s",
            BigDecimal.ONE,
            "m",
            BigDecimal.valueOf(60),
            "h",
            BigDecimal.valueOf(3600),
            "d",
            BigDecimal.valueOf(86_400));
    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)\\s*(b|k|kb|kib|m|mb|mib|g|gb|gib|t|tb|tib)?");
    private static final Map<Character, Integer> POWERS = Map.of('b', 0, 'k', 1, 'm', 2, 'g', 3, 't', 4);
    private static final BigDecimal MIB = BigDecimal.valueOf(1024L * 1024);

    /** The longest duration that is read: a hundred parts would be more seconds than a long has. */
    private static final int MOST_CHARS = 100;

    private Units() {}

    /** Seconds, rounded up; empty for what is no duration, and for one that is longer than anything lasts. */
    static Optional<Long> seconds(String text) {
        if (text.length() > MOST_CHARS) {
            return Optional.empty();
        }
        Matcher parts = PART.matcher(text.strip());
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (parts.find()) {
            if (parts.start() != end) {
                return Optional.empty();
            }
            sum = sum.add(new BigDecimal(parts.group(1))
                    .multiply(java.util.Objects.requireNonNull(SECONDS.get(parts.group(2)))));
            end = parts.end();
        }
        return end == 0 || end != text.strip().length()
                ? Optional.empty()
                : Optional.of(sum.setScale(0, RoundingMode.CEILING).longValueExact());
    }

    /** MiB, rounded up; empty for what is no size. */
    static Optional<Long> mib(String text) {
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            return Optional.empty();
        }
        String unit = size.group(2) == null ? "b" : size.group(2);
        int power = java.util.Objects.requireNonNull(POWERS.get(unit.charAt(0)));
        return Optional.of(new BigDecimal(size.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power))
                .divide(MIB, 0, RoundingMode.CEILING)
                .longValueExact());
    }

    /** Processors in thousandths, rounded up. */
    static long millis(BigDecimal cpus) {
        return cpus.movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact();
    }
}
