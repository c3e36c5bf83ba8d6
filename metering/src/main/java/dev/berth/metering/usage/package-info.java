/**
 * Owns: what is told to billing, piece by piece, its corrections and the watermark; and the live view of use.
 * Does not own: facts and intervals, prices.
 * Called by audit; only one replica at a time tells (a lease with a fence).
 * Invariant: a piece is known by (container, start), never crosses a UTC hour, and is recorded before any watermark beyond its end; after
 * a watermark every use before it is covered by pieces.
 */
@NullMarked
package dev.berth.metering.usage;

import org.jspecify.annotations.NullMarked;
