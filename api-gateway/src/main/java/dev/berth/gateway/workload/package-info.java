/**
 * Owns: wishes: what a customer wants to run, at which generation; writes WorkloadDesired and WorkloadRemoved.
 * Does not own: what runs (observed comes through {@link dev.berth.gateway.workload.Observations}), prices (they come through
 * {@link dev.berth.gateway.workload.Quotes}), limits.
 * Rooms below may call {@link dev.berth.gateway.workload.Workloads}. Invariant: wish, quota and event are one transaction, and
 * the generation of a wish only grows.
 */
@NullMarked
package dev.berth.gateway.workload;

import org.jspecify.annotations.NullMarked;
