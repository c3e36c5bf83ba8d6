/**
 * Owns: what containers are given that is in no image: files, and the secrets of their account, opened here and nowhere else.
 * Does not own: when a container is made, and what it is wished with.
 * Called by reconcile. Invariant: an opened secret is in the environment or in a file in memory of the one container that it is for,
 * and goes with it; it is in no row, log or event.
 */
@NullMarked
package dev.berth.provisioner.content;

import org.jspecify.annotations.NullMarked;
