/**
 * Owns: the facts about containers on {@code berth.container}, with the engine's own timestamps.
 * Written by provisioner.lifecycle; read by metering.interval and gateway.feed.
 * Invariant: (container, sequence) is unique, and an Inventory follows every fact that is older than it on its partition.
 */
@NullMarked
package dev.berth.schema.container;

import org.jspecify.annotations.NullMarked;
