/**
 * Owns: the pages that a customer sees: card entry and 3-D Secure.
 * Does not own: the outcome, which resource decides.
 * May be called by: server.
 * Invariant: a card number is never written to a page, a log or the journal in full unless it is a test card.
 */
@NullMarked
package dev.berth.stripe.hosted;

import org.jspecify.annotations.NullMarked;
