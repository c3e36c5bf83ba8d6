package dev.berth.schema.invoice;

import dev.berth.schema.Event;

/** Facts about invoices and payments, on {@code berth.invoice}, keyed by account. */
public sealed interface InvoiceEvent extends Event
        permits InvoiceFinalized,
                PaymentSucceeded,
                PaymentFailed,
                CreditNoteIssued,
                PaymentActionRequired,
                PaymentRetryScheduled,
                DisputeOpened,
                DisputeClosed {}
