package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Amounts;
import dev.berth.gateway.forward.Shapes;
import dev.berth.schema.unit.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How numbers and times are written on the pages; times in the account's zone. Thread-safe. */
record Format(ZoneId zone) {
    /** What stands where there is nothing. */
    static final String NONE = "–";

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter EXACT =
            DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss.SSS", Locale.ENGLISH);

    private static final Pattern INSTANT = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}Z");

    /** For visitors without an account. */
    static final Format UTC = new Format(ZoneId.of("UTC"));

    String money(@Nullable Money money) {
        if (money == null) {
            return NONE;
        }
        return Amounts.text(money.amountMinor(), money.currency());
    }

    /** A price with at least the currency's decimals and at most ten. */
    String price(BigDecimal amount, String currency) {
        return Amounts.text(amount, currency);
    }

    /** A price for an hour, to the hundredth of a cent. */
    String hourly(BigDecimal amount, String currency) {
        int digits = Currency.getInstance(currency).getDefaultFractionDigits() + 2;
        return price(amount.setScale(digits, RoundingMode.HALF_UP), currency);
    }

    /** A decimal string with groups of thousands, as exact as it is. */
    String decimal(String text) {
        NumberFormat format = NumberFormat.getNumberInstance(Locale.US);
        format.setMaximumFractionDigits(12);
        return format.format(new BigDecimal(text));
    }

    String number(long number) {
        return NumberFormat.getIntegerInstance(Locale.US).format(number);
    }

    String date(Instant instant) {
        return DATE.format(instant.atZone(zone));
    }

    String time(@Nullable Instant instant) {
        return instant == null ? NONE : TIME.format(instant.atZone(zone));
    }

    /** To the millisecond, where it is about what is billed. */
    String exact(@Nullable Instant instant) {
        return instant == null ? NONE : EXACT.format(instant.atZone(zone));
    }

    /** A sentence with the instants in it written as on the pages. */
    String sentence(String text) {
        return INSTANT.matcher(text).replaceAll(found -> Matcher.quoteReplacement(spoken(found.group())));
    }

    private String spoken(String instant) {
        try {
            return time(Instant.parse(instant));
        } catch (DateTimeException none) {
            return instant;
        }
    }

    /** A month by its name, or the first and the last day. */
    String period(Shapes.Span span) {
        ZonedDateTime start = span.start().atZone(zone);
        ZonedDateTime end = span.end().atZone(zone);
        LocalDate first = start.toLocalDate();
        boolean month = first.getDayOfMonth() == 1
                && start.equals(first.atStartOfDay(zone))
                && end.equals(first.plusMonths(1).atStartOfDay(zone));
        return month
                ? MONTH.format(first)
                : DATE.format(first) + " to " + DATE.format(end.minusNanos(1).toLocalDate());
    }

    /** The two greatest units of a span of time. */
    String duration(long ms) {
        Duration duration = Duration.ofMillis(ms);
        if (duration.toDays() > 0) {
            return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
        }
        if (duration.toHours() > 0) {
            return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
        }
        if (duration.toMinutes() > 0) {
            return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
        }
        return decimal(BigDecimal.valueOf(ms, 3).toPlainString()) + " s";
    }

    /** Such as {@code 0.5 vCPU, 512 MiB}. */
    String size(int cpuMillis, int memoryMib) {
        return "%s vCPU, %s".formatted(vcpu(cpuMillis), memory(memoryMib));
    }

    /** MiB, or GiB where that is a number with at most two decimals. */
    static String memory(long mib) {
        if (mib < 1024 || mib % 256 != 0) {
            return mib + " MiB";
        }
        return BigDecimal.valueOf(mib)
                        .divide(BigDecimal.valueOf(1024))
                        .stripTrailingZeros()
                        .toPlainString()
                + " GiB";
    }

    /** A quantity to the thousandth, for reports that are not invoices. */
    String quantity(String text) {
        return decimal(new BigDecimal(text).setScale(3, RoundingMode.HALF_UP).toPlainString());
    }

    /** An image with its digest cut to what tells it from others. */
    static String image(String image) {
        int at = image.indexOf("@sha256:");
        return at < 0 || image.length() < at + 20 ? image : image.substring(0, at + 20) + "…";
    }

    /** A rate such as {@code 0.19} in percent, such as {@code 19}. */
    static String percent(String rate) {
        return new BigDecimal(rate).movePointRight(2).stripTrailingZeros().toPlainString();
    }

    /** Thousandths of a core as cores. */
    static String vcpu(long cpuMillis) {
        return BigDecimal.valueOf(cpuMillis, 3).stripTrailingZeros().toPlainString();
    }

    /** The colour that goes with a state; the word is always there too. */
    static String tone(String state) {
        return switch (state) {
            case "running", "finished", "paid", "ready", "succeeded" -> "ok";
            case "pending", "pulling", "starting", "stopping", "restarting", "gathering", "draft" -> "info";
            case "degraded", "paused", "final", "past_due", "timed_out" -> "warn";
            case "failed", "uncollectible", "suspended" -> "bad";
            default -> "";
        };
    }
}
