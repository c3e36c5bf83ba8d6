package dev.berth.billing.invoice;

import dev.berth.billing.customer.BillingCalendar;
import dev.berth.billing.rating.MonthShare;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Since when an account is open, and its months.
 *
 * @param closedAt null while it is open
 */
record Tenure(
        BillingCalendar calendar,
        Instant openedAt,
        @Nullable Instant closedAt) {

    /** How much of a month the account has had up to an instant. */
    MonthShare share(Instant monthStart, Instant until) {
        Period month = calendar.monthOf(monthStart);
        Instant from = openedAt.isAfter(month.start()) ? openedAt : month.start();
        Instant to = until.isBefore(month.end()) ? until : month.end();
        if (closedAt != null && closedAt.isBefore(to)) {
            to = closedAt;
        }
        long elapsed = Math.max(0, to.toEpochMilli() - from.toEpochMilli());
        return new MonthShare(elapsed, month.ms(), !until.isBefore(month.end()));
    }
}
