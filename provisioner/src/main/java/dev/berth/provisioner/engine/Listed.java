package dev.berth.provisioner.engine;

import dev.berth.schema.id.ContainerId;
import org.jspecify.annotations.Nullable;

/** A container in a list; {@code container} is null when its labels name none. Only a hint beside {@link Seen}. */
public record Listed(String engineId, String name, @Nullable ContainerId container, boolean running) {}
