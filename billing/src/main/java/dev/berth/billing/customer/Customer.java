package dev.berth.billing.customer;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Who owes.
 *
 * @param account the account
 * @param currency ISO 4217, for ever
 * @param zone where its months begin
 * @param anchorDay the day on which its months begin
 * @param priceBook the book it is pinned to
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
        TaxDetails tax,
        Instant openedAt,
        @Nullable Instant closedAt) {

    /** Its months. */
    public BillingCalendar calendar() {
        return new BillingCalendar(zone, anchorDay);
    }
}
