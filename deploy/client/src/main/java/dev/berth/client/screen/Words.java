package dev.berth.client.screen;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How values are written for people. Pure. */
public final class Words {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Words() {}

    /**
     * A text of somebody else's on one line, without what steers a terminal: control characters (C0, C1), the marks that turn the
     * direction of writing, and surrogates without their half.
     */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> {
                    boolean space = c == '\t' || c == '\n' || c == '\r' || c > 0x2000;
                    clean.append(space ? ' ' : '�');
                }
                case Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> clean.append('�');
                default -> clean.appendCodePoint(c);
            }
        });
        return clean.toString();
    }

    /** An amount of money such as {@code 12.34 EUR}; empty for none. */
    public static String money(JsonNode money) {
        if (!money.hasNonNull("amount_minor")) {
            return "";
        }
        String currency = clean(money.path("currency").asString(""));
        return BigDecimal.valueOf(money.path("amount_minor").asLong(), digits(currency))
                        .toPlainString() + " " + currency;
    }

    private static int digits(String currency) {
        try {
            return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        } catch (IllegalArgumentException e) {
            return 2;
        }
    }

    /** How long ago: {@code 12s}, {@code 5m}, {@code 3h}, {@code 2d}; empty for never. */
    public static String age(@Nullable Instant since, Instant now) {
        return since == null ? "" : span(Duration.between(since, now));
    }

    /** A span of time in its greatest unit. */
    public static String span(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        } else if (seconds < 3600) {
            return seconds / 60 + "m";
        } else if (seconds < 48 * 3600) {
            return seconds / 3600 + "h";
        }
        return seconds / 86_400 + "d";
    }

    /** A time in the zone of who reads; empty for never. */
    public static String time(@Nullable Instant time) {
        return time == null ? "" : TIME.withZone(ZoneId.systemDefault()).format(time);
    }

    /** A size such as {@code 250m 256MiB}. */
    public static String size(long cpuMillis, long memoryMib) {
        return "%dm %dMiB".formatted(cpuMillis, memoryMib);
    }

    /**
     * A time that is given: an instant, a date, or how long ago, such as {@code 10m}, {@code 2h}, {@code 3d}. Dates are left to the API, which
     * knows the account's time zone.
     */
    public static String given(String text, Instant now) {
        if (!text.matches("[0-9]{1,9}[smhd]")) {
            return text;
        }
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        Duration back = switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        return now.minus(back).toString();
    }
}
