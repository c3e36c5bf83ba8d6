package dev.berth.billing.payment;

import dev.berth.schema.db.billing.tables.records.RefundRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import dev.berth.schema.unit.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A refund as the API shows it; {@code code} and {@code message} say why it failed, and {@code creditGrant} what it became. */
record RefundView(
        RefundId id,
        CreditNoteId creditNote,
        PaymentId payment,
        InvoiceId invoice,
        AccountId account,
        String provider,
        String state,
        Money amount,
        @Nullable String reference,
        @Nullable String code,
        @Nullable String message,
        @Nullable CreditGrantId creditGrant,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static RefundView of(RefundRecord row) {
        return new RefundView(
                row.getRefundId(),
                row.getCreditNoteId(),
                row.getPaymentId(),
                row.getInvoiceId(),
                row.getAccountId(),
                row.getProvider(),
                row.getState(),
                new Money(row.getAmountMinor(), row.getCurrency()),
                row.getReference(),
                row.getCode(),
                row.getMessage(),
                row.getCreditGrantId(),
                row.getCreatedAt(),
                row.getFinishedAt());
    }
}
