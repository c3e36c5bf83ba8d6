/**
 * Owns: credit grants: prepaid, promotional and refunded money of an account, what each was used for, and when it ends.
 * Does not own: the credit that invoices carry to the next one, which only the ledger has.
 * Invoice may call. Invariant: the ledger's credit account holds what is left of all grants, and what no grant has; neither is ever below zero.
 */
@NullMarked
package dev.berth.billing.credit;

import org.jspecify.annotations.NullMarked;
