/**
 * Owns: the facts about the isolated place of an account on {@code berth.tenant}.
 * Written by provisioner.tenant; read by gateway.feed.
 * Invariant: no container of an account starts before its TenantReady.
 */
@NullMarked
package dev.berth.schema.tenant;

import org.jspecify.annotations.NullMarked;
