package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import java.time.Instant;

/**
 * Money could not go back by the way it came, such as to a card that is closed; it became credit.
 */
public record RefundFailed(
        AccountId account,
        InvoiceId invoice,
        CreditNoteId creditNote,
        RefundId refund,
        PaymentId payment,
        String provider,
        String currency,
        long amountMinor,
        String code,
        String message,
        CreditGrantId creditGrant,
        Instant occurredAt)
        implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
