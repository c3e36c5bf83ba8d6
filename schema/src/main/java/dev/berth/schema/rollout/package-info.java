/**
 * Owns: what became of the wish of a service, on {@code berth.rollout}: how far it has changed over, and what is ready.
 * Written by provisioner.rollout; read by gateway.feed.
 * Invariant: the sequence of a workload only grows; the greatest says all.
 */
@NullMarked
package dev.berth.schema.rollout;

import org.jspecify.annotations.NullMarked;
