package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;

/**
 * Money came for an invoice.
 */
public record PaymentSucceeded(
        AccountId account,
        InvoiceId invoice,
        PaymentId payment,
        String provider,
        String currency,
        long amountMinor,
        boolean paidInFull,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
