package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;

/**
 * A payment that failed is tried again by itself, with whatever is the default by then.
 */
public record PaymentRetryScheduled(
        AccountId account,
        InvoiceId invoice,
        PaymentId payment,
        String currency,
        long amountMinor,
        String code,
        int failures,
        Instant nextAttemptAt,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
