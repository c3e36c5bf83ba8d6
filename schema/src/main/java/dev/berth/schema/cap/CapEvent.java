package dev.berth.schema.cap;

import dev.berth.schema.Event;

/** Facts about spend caps, on {@code berth.cap}, keyed by account. */
public sealed interface CapEvent extends Event permits SpendCapChanged, SpendCapNotice, SpendCapCredited {}
