/**
 * Owns: HTTP calls to addresses that customers name: which of them may be called at all, and how a call is made so that it reaches the
 * address that was checked and nothing else.
 * Does not own: what is sent, when, and what an answer means.
 * Rooms below call {@link dev.berth.gateway.callout.TargetCaller} and {@link dev.berth.gateway.callout.Targets}.
 * Invariant: no connection is opened to an address that was not checked in the same call.
 */
@NullMarked
package dev.berth.gateway.callout;

import org.jspecify.annotations.NullMarked;
