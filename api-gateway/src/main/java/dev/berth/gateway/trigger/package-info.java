/**
 * Owns: triggers: URLs that deploy a workload anew or scale it when they are called, each with a secret of its own.
 * Does not own: what a call does; that is a change of a workload as {@link dev.berth.gateway.workload.Workloads} makes any other.
 * Rooms below may call {@link dev.berth.gateway.trigger.Triggers}. Invariants: of a secret only a hash is kept, and it is answered once;
 * a call can do nothing but what its trigger allows, and is an operation whose actor is the trigger.
 */
@NullMarked
package dev.berth.gateway.trigger;

import org.jspecify.annotations.NullMarked;
