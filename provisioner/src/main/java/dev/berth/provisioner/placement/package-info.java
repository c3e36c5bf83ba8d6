/**
 * Owns: the choice of a host for a container, and the words for why none will do.
 * Does not own: what is on a host, or what is launched.
 * Called by reconcile. Invariant: pure; the same hosts and the same size give the same answer.
 */
@NullMarked
package dev.berth.provisioner.placement;

import org.jspecify.annotations.NullMarked;
