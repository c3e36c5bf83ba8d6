package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;

/**
 * An attempt to take money failed. {@code code} is the provider's decline code or ours.
 */
public record PaymentFailed(
        AccountId account,
        InvoiceId invoice,
        PaymentId payment,
        String provider,
        String currency,
        long amountMinor,
        String code,
        String message,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
