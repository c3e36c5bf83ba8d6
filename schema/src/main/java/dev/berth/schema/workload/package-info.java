/**
 * Owns: the wishes on {@code berth.workload}: each event is the whole wish, and the greater generation wins.
 * Written by gateway.workload; read by provisioner.desired and gateway.feed.
 * Invariant: generations of a workload only grow.
 */
@NullMarked
package dev.berth.schema.workload;

import org.jspecify.annotations.NullMarked;
