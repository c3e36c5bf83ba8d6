package dev.berth.gateway.workload;

import org.jspecify.annotations.Nullable;

/** A file in containers as the API has it, which they cannot change. */
public record FileShape(
        @Nullable String path,
        @Nullable String content,
        @Nullable Boolean executable) {}
