/**
 * Owns: the objects of the API and their states: customers, payment methods, intents, charges, refunds, disputes, events.
 * Does not own: HTTP, idempotency, delivery of webhooks.
 * May be called by: hosted, server.
 * Invariant: whatever changes leaves an event in the same transaction.
 */
@NullMarked
package dev.berth.stripe.resource;

import org.jspecify.annotations.NullMarked;
