/**
 * Owns: the cutting of time at UTC hours, exact quantities of use, and the table of billed use per container and hour.
 * Does not own: which intervals there are, and when they are told.
 * Called by usage and audit.
 * Invariant: the windows are a cache of the intervals; the sum over any cut of a period is the sum over the period.
 */
@NullMarked
package dev.berth.metering.window;

import org.jspecify.annotations.NullMarked;
