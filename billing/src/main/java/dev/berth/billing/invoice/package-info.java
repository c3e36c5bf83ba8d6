/**
 * Owns: billing periods and their close, and invoices: gathering, draft, final; their numbers, lines and intervals.
 * Does not own: prices, the use itself, payments, how the account stands.
 * Payment and standing may call. Invariant: a period closes once, when its use is complete; what is final never changes, and what
 * comes later is a correction on the next invoice.
 */
@NullMarked
package dev.berth.billing.invoice;

import org.jspecify.annotations.NullMarked;
