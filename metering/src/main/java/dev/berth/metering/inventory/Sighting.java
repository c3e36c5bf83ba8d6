package dev.berth.metering.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What inventories say of a container that its own facts do not: kept only where they disagree with the facts or stand alone.
 *
 * @param startedAt as an inventory said; only for a container without facts
 * @param lastProof the latest inventory that listed it
 * @param missingAt the first inventory of its host after the last proof of life, which did not list it; null while one lists it
 */
public record Sighting(
        @Nullable Instant startedAt,
        @Nullable Instant lastProof,
        @Nullable Instant missingAt) {}
