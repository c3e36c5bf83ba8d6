/**
 * Owns: how much an account may have and what its wishes hold of that; writes PlanChanged.
 * Does not own: what a wish is; it knows a holder and an amount.
 * Rooms below claim and release in their own transaction. Invariant: the limits row is locked before anything is claimed, so what
 * is held never grows beyond a limit, however many ask at once.
 */
@NullMarked
package dev.berth.gateway.quota;

import org.jspecify.annotations.NullMarked;
