/**
 * Owns: the start of the service, the wire, who may ask, and how a refusal looks; all that the rooms share.
 * Does not own: anything a room does; imports no room.
 * Invariant: rooms import this package, rooms before them in the order in which data visits them (desired, tenant, engine, lifecycle,
 * placement, rollout, reconcile, stream), or schema.
 */
@NullMarked
package dev.berth.provisioner;

import org.jspecify.annotations.NullMarked;
