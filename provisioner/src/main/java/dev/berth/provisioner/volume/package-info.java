/**
 * Owns: the local copy of wishes for volumes, what is there of each on this host, who has it in its file system, and the drivers that
 * keep the data; writes VolumeReady, VolumeFailed and VolumeDestroyed.
 * Does not own: when a volume is worked on, and when a container asks for one.
 * Called by reconcile. Invariants: of the containers that may write to a volume one at most is not over, and each was given a greater
 * fence than the one before; what is metered changes only in the transaction that tells of it.
 */
@NullMarked
package dev.berth.provisioner.volume;

import org.jspecify.annotations.NullMarked;
