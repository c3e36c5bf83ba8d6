/**
 * Owns: what the operator tells all customers, and for how long.
 * Does not own: how the portal shows it (portal), what happens to one account (feed).
 * Called by the portal. Invariant: it is plain text, and few of them are current or to come at any time.
 */
@NullMarked
package dev.berth.gateway.announcement;

import org.jspecify.annotations.NullMarked;
