/**
 * Owns: the test cards and what becomes of a payment with each; amounts that a currency allows.
 * Does not own: objects of the API.
 * May be called by: resource, hosted, server.
 * Invariant: the same card and the same circumstances give the same outcome.
 */
@NullMarked
package dev.berth.stripe.card;

import org.jspecify.annotations.NullMarked;
