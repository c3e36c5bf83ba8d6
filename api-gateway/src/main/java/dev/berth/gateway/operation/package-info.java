/**
 * Owns: operations, which say of each change that somebody asked for who asked, what became of it and when it was through; the reaper
 * that ends those which take too long; how one is cancelled or tried again.
 * Does not own: the changes themselves, nor when one is through: the rooms whose things are changed say that through
 * {@link dev.berth.gateway.operation.OperationSubject}.
 * Invariants: an operation is written in the transaction of its change, so that there is none without the other; of one thing at most
 * one step goes on; a step that has ended stays as it ended.
 */
@NullMarked
package dev.berth.gateway.operation;

import org.jspecify.annotations.NullMarked;
