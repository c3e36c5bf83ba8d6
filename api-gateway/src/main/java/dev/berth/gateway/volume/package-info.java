/**
 * Owns: wishes for volumes and their snapshots, deletion with a time to think better of it, and what they hold of the quota; writes
 * VolumeDesired and VolumeRemoved.
 * Does not own: which workloads mount a volume, which {@link dev.berth.gateway.volume.VolumeUsers} says, and what became of it, which
 * {@link dev.berth.gateway.volume.VolumeObservations} says.
 * Invariants: everything is decided under the lock of the account's quota, as the wishes of workloads are, so that nothing is deleted
 * while a workload mounts it; what holds data holds quota until that data is to be destroyed.
 */
@NullMarked
package dev.berth.gateway.volume;

import org.jspecify.annotations.NullMarked;
