/**
 * Owns: the running whole: the order in which parts start and stop, restarts, cleaning up after a killed launcher, start-up caches.
 * Does not own: what a part is (part), nor the machine (machine).
 * May be called by: the commands, walks and benchmarks.
 * Invariant: one supervisor for a data directory; a start either ends ready or leaves nothing of its own running.
 */
@NullMarked
package dev.berth.launcher.ring;

import org.jspecify.annotations.NullMarked;
