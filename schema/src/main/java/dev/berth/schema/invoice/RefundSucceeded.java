package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import java.time.Instant;

/**
 * Money of a payment went back by the way it came; the bank may still fail to hand it on, which {@link RefundFailed} tells.
 */
public record RefundSucceeded(
        AccountId account,
        InvoiceId invoice,
        CreditNoteId creditNote,
        RefundId refund,
        PaymentId payment,
        String provider,
        String currency,
        long amountMinor,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
