/**
 * Owns: what time it is for an account: everybody's, or that of its test clock.
 * Does not own: moving a clock.
 * Every room asks it for the time. Invariant: who works for an account on a clock sees one instant for as long as the work lasts, and work for
 * everybody never touches such an account.
 */
@NullMarked
package dev.berth.billing.time;

import org.jspecify.annotations.NullMarked;
