/**
 * A double of Stripe's API 2026-07-29.dahlia, for tests and for play by hand: stateful, as strict as the original where Berth uses it,
 * and able to misbehave on demand. Rooms, each importing only those before it: state, wire, card, fault, webhook, resource, hosted, server.
 * Owns: its start and end, as a library ({@link dev.berth.stripe.StripeDouble}) and as a program.
 * Does not own: anything of Berth; it knows none of its modules, and what it keeps is no money.
 * May be called by: tests, and the launcher as a program of its own.
 */
@NullMarked
package dev.berth.stripe;

import org.jspecify.annotations.NullMarked;
