package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;

/**
 * An invoice is final: its number, lines and amounts never change again.
 */
public record InvoiceFinalized(
        AccountId account,
        InvoiceId invoice,
        String number,
        Instant periodStart,
        Instant periodEnd,
        String currency,
        long subtotalMinor,
        long taxMinor,
        long totalMinor,
        long amountDueMinor,
        Instant dueAt,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
