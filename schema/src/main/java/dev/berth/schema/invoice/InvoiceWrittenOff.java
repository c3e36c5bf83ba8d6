package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;

/**
 * An invoice is taken for uncollectible: nobody is asked for it any more. It may still be paid.
 */
public record InvoiceWrittenOff(
        AccountId account, InvoiceId invoice, String number, String currency, long amountMinor, Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
