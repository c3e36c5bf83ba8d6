package dev.berth.schema.container;

import dev.berth.schema.id.ContainerId;
import java.time.Instant;

/** A container in an {@link Inventory}: it ran when the host was looked at. {@code startedAt} is the engine's. */
public record Alive(ContainerId container, Instant startedAt) {}
