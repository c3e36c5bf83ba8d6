package dev.berth.schema.tenant;

import dev.berth.schema.Event;

/** Facts about the isolated place of an account, on {@code berth.tenant}, keyed by account. */
public sealed interface TenantEvent extends Event permits TenantReady, TenantRemoved {}
