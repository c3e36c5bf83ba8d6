/**
 * Owns: who is in an account and as what, once it is open: members, their roles, how they leave; invitations; which account a session is
 * for, and further accounts of one person.
 * Does not own: people and their passwords, sessions and keys (account), nor how a mail leaves (mail).
 * Called by the portal; it calls account and mail. Invariants: an account has an owner at every moment; nobody gives a role that may more
 * than they do, nor changes somebody above them; what a member may is read with each request, so that less takes effect at once.
 */
@NullMarked
package dev.berth.gateway.member;

import org.jspecify.annotations.NullMarked;
