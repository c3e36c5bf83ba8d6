/**
 * Owns: what follows from how an account stands: its wishes are held, or run again; a closed account is closed for all.
 * Does not own: when a standing changes (billing), how it is stored (account), what a held wish is (workload).
 * Nobody calls it. Invariant: the standing and what follows from it are one transaction with the event's offset.
 */
@NullMarked
package dev.berth.gateway.standing;

import org.jspecify.annotations.NullMarked;
