package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;

/**
 * Part or all of an invoice is taken back.
 */
public record CreditNoteIssued(
        AccountId account,
        InvoiceId invoice,
        CreditNoteId creditNote,
        String number,
        String currency,
        long totalMinor,
        String reason,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
