/**
 * Owns: all data of an account in one file, as its owner takes it along (decision 21).
 * Does not own: any of that data; it only reads.
 * Called by nobody but the edge. Invariant: no value of a secret is in it, and a table that has rows of accounts is in it or on the
 * list of what is left out, with the reason.
 */
@NullMarked
package dev.berth.gateway.export;

import org.jspecify.annotations.NullMarked;
