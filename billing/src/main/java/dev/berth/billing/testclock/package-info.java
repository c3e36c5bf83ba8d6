/**
 * Owns: test clocks: putting an account on one, moving it, and doing all that is due on the way, moment by moment.
 * Does not own: what is due, which every room knows itself and does in its own pass.
 * The root calls its pass, and hands it the passes of the others. Invariant: a clock goes forward only, never beyond everybody's time, and leaves
 * a moment when all that was due by then is done and told.
 */
@NullMarked
package dev.berth.billing.testclock;

import org.jspecify.annotations.NullMarked;
