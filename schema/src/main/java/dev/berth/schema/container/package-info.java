/**
 * Owns: the facts about containers and volumes on {@code berth.container}, those of containers with the engine's own timestamps.
 * Written by provisioner.lifecycle and provisioner.volume; read by metering.interval and gateway.feed.
 * Invariant: (container or volume, sequence) is unique, and an Inventory follows every fact that is older than it on its partition.
 */
@NullMarked
package dev.berth.schema.container;

import org.jspecify.annotations.NullMarked;
