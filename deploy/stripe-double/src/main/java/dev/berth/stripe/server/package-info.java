/**
 * Owns: HTTP: authentication, idempotency, faults of requests, the control API, the log of requests.
 * Does not own: what an answer says.
 * May be called by: the double itself.
 * Invariant: an answer that a key remembers is committed together with what it reports.
 */
@NullMarked
package dev.berth.stripe.server;

import org.jspecify.annotations.NullMarked;
