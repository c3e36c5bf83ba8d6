/**
 * Owns: what Stripe tells by itself: webhooks that are verified and written down before they are answered, the worker that looks at what
 * they tell of, and the passes over the list of events that find what never came.
 * Does not own: what a payment's state does.
 * The root runs its passes. Invariant: events come in any order, any number of times, and have one result, since only the object as it is
 * now counts.
 */
@NullMarked
package dev.berth.billing.notice;

import org.jspecify.annotations.NullMarked;
