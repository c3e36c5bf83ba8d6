/**
 * Owns: what inventories said: the roster of each host on each partition, sightings of containers, and from both the instant up to
 * which everything is known.
 * Does not own: facts of containers, and what follows for their intervals.
 * Called by interval, which writes, and by usage and audit, which read.
 * Invariant: a container's last proof of life is on a roster or in its sighting; it is never lost.
 */
@NullMarked
package dev.berth.metering.inventory;

import org.jspecify.annotations.NullMarked;
