package dev.berth.schema.volume;

import dev.berth.schema.Event;

/** Wishes for volumes, on {@code berth.volume}, keyed by volume. */
public sealed interface VolumeEvent extends Event permits VolumeDesired, VolumeRemoved {}
