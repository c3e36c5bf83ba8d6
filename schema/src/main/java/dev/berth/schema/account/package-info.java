/**
 * Owns: the facts about accounts on {@code berth.account}.
 * Written by gateway.account; read by provisioner.tenant, metering, billing.customer and gateway.feed.
 * Invariant: an account opens once, and nothing follows its closing.
 */
@NullMarked
package dev.berth.schema.account;

import org.jspecify.annotations.NullMarked;
