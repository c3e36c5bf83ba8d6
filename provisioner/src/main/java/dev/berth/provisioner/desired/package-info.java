/**
 * Owns: the local copy of wishes, and the signal that something is to be done.
 * Does not own: what is done about a wish.
 * Called by every later room. Invariant: a wish is replaced only by one of a greater generation.
 */
@NullMarked
package dev.berth.provisioner.desired;

import org.jspecify.annotations.NullMarked;
