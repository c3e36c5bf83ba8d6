/**
 * Owns: how money comes in: attempts, written before a provider is asked, and the providers behind one port.
 * Does not own: what is owed, whether an account may run.
 * The root calls its pass. Invariant: an invoice is paid once, whatever is lost on the way.
 */
@NullMarked
package dev.berth.billing.payment;

import org.jspecify.annotations.NullMarked;
