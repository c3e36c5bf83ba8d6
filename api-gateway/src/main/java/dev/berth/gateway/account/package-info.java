/**
 * Owns: accounts, the people in them and their roles, passwords, sessions, API keys, plans as they are sold, how an account
 * stands; writes AccountOpened, AccountRenamed, PlanChanged and AccountClosed.
 * Does not own: the limits of an account once it is open (quota), nor why its standing changes (standing).
 * Rooms below may call it; it calls the edge. Invariant: a secret is shown once and kept only as a hash.
 */
@NullMarked
package dev.berth.gateway.account;

import org.jspecify.annotations.NullMarked;
