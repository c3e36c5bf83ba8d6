/**
 * Owns: the facts about containers as they came, and the intervals, sightings and findings that follow from them.
 * Does not own: how intervals are cut into pieces, what is told to billing, any price.
 * Called by usage and audit, which read; only {@code IntervalListener} writes.
 * Invariant: intervals are a pure function of facts and inventories, so that their order of arrival does not matter, and no two
 * intervals of a container overlap.
 */
@NullMarked
package dev.berth.metering.interval;

import org.jspecify.annotations.NullMarked;
