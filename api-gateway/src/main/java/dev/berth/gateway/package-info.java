/**
 * Owns: the start of the service and the wiring of what its rooms share.
 * Does not own: anything a room does.
 * Invariant: rooms import downward, in the order in which data visits them, or schema.
 */
@NullMarked
package dev.berth.gateway;

import org.jspecify.annotations.NullMarked;
