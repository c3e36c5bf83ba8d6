/**
 * Owns: coupons, who has redeemed which, and what each took off which invoice.
 * Does not own: the lines of invoices.
 * Invoice may call. Invariant: an invoice is reduced by coupons in one stated order, never below zero, and a coupon gives no more than it has.
 */
@NullMarked
package dev.berth.billing.coupon;

import org.jspecify.annotations.NullMarked;
