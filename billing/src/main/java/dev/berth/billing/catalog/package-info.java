/**
 * Owns: price books: their format, their versions with effective dates, and which one is in force when.
 * Does not own: what an amount of use costs (rating).
 * Every other room may call it. Invariant: a published version never changes, and none takes effect in the past.
 */
@NullMarked
package dev.berth.billing.catalog;

import org.jspecify.annotations.NullMarked;
