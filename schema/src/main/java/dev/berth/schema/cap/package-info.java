/**
 * Owns: the facts about spend caps on {@code berth.cap}: what is set, what is reached, who was told, what was credited.
 * Written by billing.cap; read by gateway.standing and gateway.feed.
 * Invariant: amounts are whole minor units of the account's currency, before tax.
 */
@NullMarked
package dev.berth.schema.cap;

import org.jspecify.annotations.NullMarked;
