package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;

/**
 * An invoice was taken back: nothing is owed on it, and its use is not billed again.
 */
public record InvoiceVoided(AccountId account, InvoiceId invoice, String number, String reason, Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
