package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.DisputeId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;

/**
 * The customer's bank contests a payment; the money is gone until that is decided.
 */
public record DisputeOpened(
        AccountId account,
        InvoiceId invoice,
        PaymentId payment,
        DisputeId dispute,
        String currency,
        long amountMinor,
        String reason,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
