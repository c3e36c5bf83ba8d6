/**
 * Owns: the units of size, money and time that cross a service boundary.
 * Does not own: prices, rounding, quotas.
 * Anyone may call. Invariant: an invalid value cannot exist; nothing here is a floating-point number.
 */
@NullMarked
package dev.berth.schema.unit;

import org.jspecify.annotations.NullMarked;
