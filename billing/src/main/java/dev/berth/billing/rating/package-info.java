/**
 * Owns: what use costs: the pure functions of prices, splits and proration, and billing's copy of every piece of use with the
 * watermark that says how far it is complete.
 * Does not own: the prices themselves (catalog), which period is billed when (invoice).
 * Later rooms may call. Invariant: an amount is rounded once, per price component and month; every split adds up to its whole.
 */
@NullMarked
package dev.berth.billing.rating;

import org.jspecify.annotations.NullMarked;
