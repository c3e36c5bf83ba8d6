/**
 * Owns: the audit log: who did what from where and what became of it, a chain of hashes for each account and one for the operator;
 * that it is whole.
 * Does not own: what is told to it: the edge tells of calls and pages, the account's room of sign-ins, triggers of their calls.
 * Every room below may append; nobody changes an entry, and the database refuses who tries.
 * Invariant: the entries of a chain are numbered from 1 without a gap, and each has the hash of the one before in its own.
 */
@NullMarked
package dev.berth.gateway.audit;

import org.jspecify.annotations.NullMarked;
