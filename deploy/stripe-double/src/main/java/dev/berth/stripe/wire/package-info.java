/**
 * Owns: how Stripe speaks: form parameters, error objects, lists, searches, expansion.
 * Does not own: what is asked and answered.
 * May be called by: card, resource, webhook, fault, hosted, server.
 * Invariant: what does not fit is refused as Stripe refuses it, before anything changes.
 */
@NullMarked
package dev.berth.stripe.wire;

import org.jspecify.annotations.NullMarked;
