package dev.berth.schema.invoice;

import dev.berth.schema.Event;
import dev.berth.schema.id.InvoiceId;
import org.jspecify.annotations.Nullable;

/** Facts about invoices and payments, on {@code berth.invoice}, keyed by account. */
public sealed interface InvoiceEvent extends Event
        permits InvoiceFinalized,
                PaymentSucceeded,
                PaymentFailed,
                CreditNoteIssued,
                InvoiceVoided,
                InvoiceWrittenOff,
                PaymentActionRequired,
                PaymentRetryScheduled,
                DisputeOpened,
                DisputeClosed,
                RefundSucceeded,
                RefundFailed,
                TestClockMoved {
    /** The invoice that it is about; null for an account's clock, which is about none. */
    @Nullable
    InvoiceId invoice();
}
