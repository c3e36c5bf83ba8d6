/**
 * Owns: the meters of egress: the counters of the host's kernel, one an address, what was read of them, and the addresses that metered
 * containers are given, so that no counter ever speaks of two containers.
 * Does not own: when containers start and end, which addresses a network has, what bytes cost.
 * Called by reconcile, which reads the counters and tells what they say.
 * Invariant: a byte that was counted is in the total of one container once; where the host does not let itself be asked, none is guessed.
 */
@NullMarked
package dev.berth.provisioner.egress;

import org.jspecify.annotations.NullMarked;
