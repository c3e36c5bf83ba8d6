package dev.berth.schema.invoice;

import dev.berth.schema.Event;
import dev.berth.schema.id.InvoiceId;

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
                RefundFailed {
    /** The invoice that it is about. */
    InvoiceId invoice();
}
