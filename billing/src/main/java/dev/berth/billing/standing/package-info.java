/**
 * Owns: how an account stands with its bills, and the dunning that decides it.
 * Does not own: what is owed, what stops when an account is suspended.
 * The root calls its pass. Invariant: a change of standing and its event are one transaction, and nothing else is announced.
 */
@NullMarked
package dev.berth.billing.standing;

import org.jspecify.annotations.NullMarked;
