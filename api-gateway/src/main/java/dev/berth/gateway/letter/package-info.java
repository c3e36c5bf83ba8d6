/**
 * Owns: letters, the mails about money: what they say, who gets which, and when somebody is reminded; and what the topics tell of what
 * is owed (decision 30).
 * Does not own: how a mail leaves (mail), who is in an account (member), what is owed and how an account stands (billing).
 * Asked by closing whether an account owes. Invariants: an event is one letter to each reader, however often it arrives, and a reminder
 * likewise; a letter is written in the transaction in which its event is taken.
 */
@NullMarked
package dev.berth.gateway.letter;

import org.jspecify.annotations.NullMarked;
