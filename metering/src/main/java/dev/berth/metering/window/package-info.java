/**
 * Owns: the cutting of time at UTC hours, exact quantities of use, and the tables of billed use per container and hour, and per
 * workload and hour.
 * Does not own: which intervals there are, and when they are told.
 * Called by usage and audit.
 * Invariant: the windows are a cache of the intervals, and hours of workloads are the sums of windows; the sum over any cut of a period is the
 * sum over the period.
 */
@NullMarked
package dev.berth.metering.window;

import org.jspecify.annotations.NullMarked;
