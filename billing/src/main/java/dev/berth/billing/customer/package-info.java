/**
 * Owns: who owes: the billing account with its currency, time zone, anchor day and pinned price book, and its calendar.
 * Does not own: prices, use, invoices, how the account stands.
 * Later rooms may call. Invariant: currency, zone and price book of an account never change after it opened.
 */
@NullMarked
package dev.berth.billing.customer;

import org.jspecify.annotations.NullMarked;
