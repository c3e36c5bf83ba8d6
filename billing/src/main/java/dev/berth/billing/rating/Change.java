package dev.berth.billing.rating;

import org.jspecify.annotations.Nullable;

/** How a piece changed between two cut-offs; null where it was not there. */
public record Change(@Nullable Piece before, @Nullable Piece after) {}
