/**
 * Owns: signatures, and the delivery of events to endpoints with retries.
 * Does not own: which events there are.
 * May be called by: server and the double itself.
 * Invariant: an event that an endpoint wants is delivered until it is taken, or given up after the last retry.
 */
@NullMarked
package dev.berth.stripe.webhook;

import org.jspecify.annotations.NullMarked;
