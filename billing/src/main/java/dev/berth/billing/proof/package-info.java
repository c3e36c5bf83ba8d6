/**
 * Owns: what proves an invoice: canonical JSON, the hash chain of an account's pieces of use, and the keys that sign. The bytes are
 * specified in {@code schema/decisions/0028-proof.md}, so that somebody else can write a verifier.
 * Does not own: what is on an invoice, and how it is recomputed (invoice).
 * The room of invoices may call. Invariant: the bytes of a row never change once they are part of a head that was signed.
 */
@NullMarked
package dev.berth.billing.proof;

import org.jspecify.annotations.NullMarked;
