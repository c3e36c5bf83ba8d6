package dev.berth.schema.standing;

import dev.berth.schema.Event;

/** How accounts stand, on {@code berth.standing}, keyed by account. */
public sealed interface StandingEvent extends Event permits StandingChanged {}
