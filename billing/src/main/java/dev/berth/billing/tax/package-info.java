/**
 * Owns: rates of tax with the time from which each holds, who is taxed where, VAT ids, the customer's tax data, and the split of tax over lines.
 * Does not own: what is taxed, invoices.
 * Invoice may call. Invariant: a rate that has begun never changes, and what an invoice was taxed with is copied to it.
 */
@NullMarked
package dev.berth.billing.tax;

import org.jspecify.annotations.NullMarked;
