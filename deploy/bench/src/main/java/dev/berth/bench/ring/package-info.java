/**
 * Owns: the Berth that is measured: a whole ring from {@code ./berth up}, or metering alone on a real database and broker; what
 * its processes weigh; calls of its API; the events that a measurement puts on a topic.
 * Does not own: the parts themselves; they are the launcher's. Called by the measurements.
 * Invariant: everything runs in a data directory and on ports of its own, and is stopped when it is closed.
 */
@NullMarked
package dev.berth.bench.ring;

import org.jspecify.annotations.NullMarked;
