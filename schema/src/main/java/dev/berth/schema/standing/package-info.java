/**
 * Owns: the one edge back: whether an account may run things, on {@code berth.standing}.
 * Written by billing.standing; read by gateway.standing and gateway.feed.
 * Invariant: the latest event of an account is its standing.
 */
@NullMarked
package dev.berth.schema.standing;

import org.jspecify.annotations.NullMarked;
