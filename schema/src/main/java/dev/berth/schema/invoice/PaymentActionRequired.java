package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;

/**
 * The bank asks the customer to confirm a payment, as with 3-D Secure. Until the deadline that is done at the URL; afterwards the
 * attempt has failed.
 */
public record PaymentActionRequired(
        AccountId account,
        InvoiceId invoice,
        PaymentId payment,
        String provider,
        String currency,
        long amountMinor,
        String url,
        Instant deadline,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
