package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.DisputeId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;

/**
 * It is decided whose the money of a contested payment is.
 */
public record DisputeClosed(
        AccountId account,
        InvoiceId invoice,
        PaymentId payment,
        DisputeId dispute,
        String currency,
        long amountMinor,
        boolean won,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
