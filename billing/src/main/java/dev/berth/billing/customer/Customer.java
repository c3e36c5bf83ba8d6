package dev.berth.billing.customer;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Who owes.
 *
 * @param account the account
 * @param currency ISO 4217, for ever
 * @param zone where its months begin
 * @param anchorDay the day on which its months begin
 * @param priceBook the book it is pinned to, in the months before the first of the later ones
 * @param laterBooks the books of plans it changed to, each from the start of a month on
 * @param tax what its invoices say of it, and what decides the tax
 */
public record Customer(
        AccountId account,
        String name,
        String email,
        String plan,
        String currency,
        ZoneId zone,
        int anchorDay,
        String priceBook,
        SortedMap<Instant, String> laterBooks,
        TaxDetails tax,
        Instant openedAt,
        @Nullable Instant closedAt) {

    /** The book of a month, by the month's start. */
    public String priceBookOf(Instant monthStart) {
        SortedMap<Instant, String> until = laterBooks.headMap(monthStart.plusMillis(1));
        return until.isEmpty() ? priceBook : Objects.requireNonNull(until.get(until.lastKey()));
    }

    /** Its months. */
    public BillingCalendar calendar() {
        return new BillingCalendar(zone, anchorDay);
    }
}
