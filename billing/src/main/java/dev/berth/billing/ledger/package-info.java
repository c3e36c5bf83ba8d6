/**
 * Owns: the books: an append-only double entry of everything that is owed, taxed, paid and written off.
 * Does not own: why an amount is what it is.
 * Invoice and payment post to it. Invariant: every transaction sums to zero and is posted once; the database holds both.
 */
@NullMarked
package dev.berth.billing.ledger;

import org.jspecify.annotations.NullMarked;
