/**
 * Owns: caps on what accounts and workloads may cost in a billing period, the accrual against them, and the live cost.
 * Does not own: prices, use, invoices; nor what stops when a cap is reached.
 * The root calls its pass. Invariant: each percentage is noticed once for each cap and period; a reached cap, its event and how the
 * account stands are one transaction.
 */
@NullMarked
package dev.berth.billing.cap;

import org.jspecify.annotations.NullMarked;
