/**
 * Owns: who asks (the gateway's signed identity), how refusals look, and the routes that are about events rather than use.
 * Does not own: any answer about use.
 * Called by all rooms. Invariant: nothing under {@code /internal} is answered without a valid identity, and an account sees only its own.
 */
@NullMarked
package dev.berth.metering.edge;

import org.jspecify.annotations.NullMarked;
