/**
 * Owns: how an account ends: its owner closes it, reopens it within a time, and what is removed when that is over (decision 21).
 * Does not own: the standing of an account (billing), what a room has of an account (each removes its own: account.Reaping).
 * Called by nobody but the portal. Invariant: an account that is closing starts nothing, and one that is closed for good is never reopened.
 */
@NullMarked
package dev.berth.gateway.closing;

import org.jspecify.annotations.NullMarked;
