package dev.berth.billing.invoice;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How invoices are made.
 *
 * @param seller who sells, on every invoice
 * @param numberPrefix before the year and the number; one gapless series for each year
 * @param netDays days from finalising to due
 * @param calendarGrace how long after the end of a month late use is waited for
 * @param operatorGrace the same for a close by the operator, or of an account
 * @param repeat how long after it finished a close without {@code at} answers the same instead of closing again
 * @param maxLines more lines than this, and the smallest workloads share one of each kind and component; the invoice is not made
 *     but reported if that does not help
 * @param maxIntervals more intervals than this to be copied to it, and the invoice is not made but reported
 */
@ConfigurationProperties("berth.billing.invoice")
public record InvoiceProperties(
        @DefaultValue("Berth") String seller,
        @DefaultValue("B") String numberPrefix,
        @DefaultValue("14") int netDays,
        @DefaultValue("1h") Duration calendarGrace,
        @DefaultValue("0s") Duration operatorGrace,
        @DefaultValue("10s") Duration repeat,
        @DefaultValue("2000") int maxLines,
        @DefaultValue("1000000") int maxIntervals) {
    public InvoiceProperties {
        if (netDays < 0 || netDays > 365 || maxLines < 1 || maxIntervals < 1 || numberPrefix.isBlank()) {
            throw new IllegalArgumentException(
                    "berth.billing.invoice: net-days 0 to 365, limits above 0, and a number-prefix are needed");
        }
        if (calendarGrace.isNegative() || operatorGrace.isNegative() || repeat.isNegative()) {
            throw new IllegalArgumentException("berth.billing.invoice: a grace is not negative");
        }
    }

    /** The defaults. */
    public static InvoiceProperties defaults() {
        return new InvoiceProperties(
                "Berth", "B", 14, Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(10), 2_000, 1_000_000);
    }
}
