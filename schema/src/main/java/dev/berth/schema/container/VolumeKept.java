package dev.berth.schema.container;

import dev.berth.schema.id.VolumeId;
import java.time.Instant;

/** A volume in an {@link Inventory}: it was there when the host was looked at. {@code createdAt} is that of its facts. */
public record VolumeKept(VolumeId volume, Instant createdAt) {}
