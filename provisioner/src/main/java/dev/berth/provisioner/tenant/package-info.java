/**
 * Owns: the isolated place of an account: its parts of the address pool, its networks' names, its limits, and whether it is ready.
 * Does not own: the calls to the engine that make and remove networks.
 * Called by lifecycle and later rooms.
 * Invariant: no two tenants have the same addresses, and a part of the pool is free again only when its network is gone.
 */
@NullMarked
package dev.berth.provisioner.tenant;

import org.jspecify.annotations.NullMarked;
