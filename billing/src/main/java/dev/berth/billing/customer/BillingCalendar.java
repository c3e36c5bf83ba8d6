package dev.berth.billing.customer;

import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * The months of an account: from the start of the anchor day in its zone to the start of the next month's. A month that has no
 * such day begins on its last one, and the anchor is remembered: 31 Jan, 29 Feb, 31 Mar. Days begin at
 * {@link java.time.LocalDate#atStartOfDay(ZoneId)}, so months have 743 to 745 hours where clocks change.
 *
 * @param zone the IANA zone
 * @param anchorDay the day of the month, 1 to 31
 */
public record BillingCalendar(ZoneId zone, int anchorDay) {
    public BillingCalendar {
        if (anchorDay < 1 || anchorDay > 31) {
            throw new IllegalArgumentException("anchor day 1 to 31, not %d".formatted(anchorDay));
        }
    }

    /** Calendar months of a zone. */
    public static BillingCalendar monthly(ZoneId zone) {
        return new BillingCalendar(zone, 1);
    }

    /** The billing month that begins in a calendar month. */
    public Period month(YearMonth month) {
        return new Period(start(month), start(month.plusMonths(1)));
    }

    /** The billing month that contains an instant. */
    public Period monthOf(Instant instant) {
        YearMonth month = YearMonth.from(instant.atZone(zone));
        if (instant.isBefore(start(month))) {
            month = month.minusMonths(1);
        } else if (!instant.isBefore(start(month.plusMonths(1)))) {
            // Clocks that go back over midnight repeat the end of the last day of a month that is over already.
            month = month.plusMonths(1);
        }
        return month(month);
    }

    private Instant start(YearMonth month) {
        return month.atDay(Math.min(anchorDay, month.lengthOfMonth()))
                .atStartOfDay(zone)
                .toInstant();
    }
}
