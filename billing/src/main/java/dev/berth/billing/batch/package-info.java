/**
 * Owns: what a statement about many rows is made of.
 * Does not own: which rows, and what is said of them.
 * Every room may use it. Invariant: the text of a statement does not depend on how many rows it is about, so that it is planned once.
 */
@NullMarked
package dev.berth.billing.batch;

import org.jspecify.annotations.NullMarked;
