/**
 * Owns: the documents of the double, all in memory, in transactions, with a journal on disk where one is wanted; its clock; ids.
 * Does not own: what the documents mean.
 * May be called by: all other rooms.
 * Invariant: a transaction is applied and written whole, or not at all.
 */
@NullMarked
package dev.berth.stripe.state;

import org.jspecify.annotations.NullMarked;
