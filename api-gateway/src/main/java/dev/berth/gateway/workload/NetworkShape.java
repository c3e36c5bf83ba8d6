package dev.berth.gateway.workload;

import org.jspecify.annotations.Nullable;

/** A network that containers are in, as the API reads and answers it. */
public record NetworkShape(@Nullable String name, @Nullable Boolean internal) {}
