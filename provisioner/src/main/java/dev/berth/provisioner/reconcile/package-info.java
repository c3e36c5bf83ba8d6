/**
 * Owns: the loop that makes what is into what is wished: observe, plan, act; and the inventories that say what ran.
 * Does not own: any decision about a single workload, container or host; those are pure and in the rooms before.
 * Takes no input; nobody imports it.
 * Invariant: only the holder of the lease acts, and its number is checked in every transaction; after a crash at any point the
 * next pass goes on from the rows and the engine alone.
 */
@NullMarked
package dev.berth.provisioner.reconcile;

import org.jspecify.annotations.NullMarked;
