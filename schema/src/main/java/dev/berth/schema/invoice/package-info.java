/**
 * Owns: the facts about invoices and payments on {@code berth.invoice}.
 * Written by billing.invoice and billing.payment; read by gateway.feed.
 * Invariant: amounts are whole minor units of the invoice's currency.
 */
@NullMarked
package dev.berth.schema.invoice;

import org.jspecify.annotations.NullMarked;
