/**
 * Owns: what was used, on {@code berth.usage}, in pieces that never cross a UTC hour.
 * Written by metering.usage; read by billing.rating and gateway.feed.
 * Invariant: a piece is known by (container or volume, start); a WatermarkAdvanced follows every piece that ends before it on its partition.
 */
@NullMarked
package dev.berth.schema.usage;

import org.jspecify.annotations.NullMarked;
