/**
 * Owns: talking to Stripe: the client, what was asked of it, customers, cards, charges and money that goes back, in its terms.
 * Does not own: what is owed, when it is tried, what a result does.
 * Called by payment through its port, by notice, and by the root. Invariant: every call that changes something is written down, with
 * its key, before it is made; whoever is cut off asks the same again.
 */
@NullMarked
package dev.berth.billing.stripe;

import org.jspecify.annotations.NullMarked;
