/**
 * Owns: the measurements behind Berth's claims of speed and size, each a rate or a ratio taken in one run on one machine.
 * Does not own: whether Berth is right; the walks hold that. Called by {@code ./berth bench [name]} only.
 * Invariant: a figure is compared with what the bare part (Docker, PostgreSQL) does in the same run, or with a target that was set
 * before it was measured; a missed target is printed as missed.
 */
@NullMarked
package dev.berth.bench;

import org.jspecify.annotations.NullMarked;
