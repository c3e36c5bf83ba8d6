/**
 * Owns: proofs that somebody reads mails to an address: the link after a sign-up, the link with which a password is set anew.
 * Does not own: people and their passwords (account), how a mail leaves (mail), invitations, which prove an address too (member).
 * Called by the portal. Invariants: of a link only a hash is kept, and it counts once; whoever asks for a new password gets the same
 * answer after the same time, whether anybody has the address or not.
 */
@NullMarked
package dev.berth.gateway.proof;

import org.jspecify.annotations.NullMarked;
