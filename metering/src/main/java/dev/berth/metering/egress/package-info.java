/**
 * Owns: the readings of containers' meters of egress, and what a meter stood at before an instant.
 * Does not own: when a container ran, which part of it is billed, when it is told.
 * Called by interval, which adds readings, and by usage, which puts bytes into pieces.
 * Invariant: the same readings in any order and number of times give the same stand at every instant, and the bytes of the parts of a span
 * add up to those of the span.
 */
@NullMarked
package dev.berth.metering.egress;

import org.jspecify.annotations.NullMarked;
