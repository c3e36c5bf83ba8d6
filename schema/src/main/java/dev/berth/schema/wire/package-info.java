/**
 * Owns: how events cross from one service to another: the envelope, the outbox and its relay, the inbox, leases, the
 * signed identity of internal calls, and the JSON form of everything.
 * Does not own: what any event means.
 * Invariant: an event is written in the transaction of the state it tells of, and taken in the transaction of its effect.
 */
@NullMarked
package dev.berth.schema.wire;

import org.jspecify.annotations.NullMarked;
