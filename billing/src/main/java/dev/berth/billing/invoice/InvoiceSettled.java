package dev.berth.billing.invoice;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;

/**
 * Told inside the service after the commit: an invoice is no longer owed. Nobody may depend on hearing it; the next pass over the
 * accounts finds the same.
 */
public record InvoiceSettled(AccountId account, InvoiceId invoice, Cause cause) {}
