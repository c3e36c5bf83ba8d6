/**
 * Owns: wishes for volumes, on {@code berth.volume}.
 * Written by gateway.volume; read by provisioner.volume. What became of them is told on {@code berth.container}.
 * Invariant: a VolumeRemoved is the last event of a volume, and nothing brings its data back.
 */
@NullMarked
package dev.berth.schema.volume;

import org.jspecify.annotations.NullMarked;
