/**
 * Owns: the mirror of every topic: the list and the live stream of what happened to an account, the latest fact of each container,
 * whether an account's place is ready, and what is observed of a workload.
 * Does not own: the truth of any of it, which is the writer's of the topic; use that was measured, which is metering's to tell.
 * May be called by webhook, forward and portal: to tell customers and for display only. Only what webhooks themselves did is told
 * to it by another room. Measured pieces (UsageRecorded), inventories and watermarks are not
 * things that happened to an account and make no entry.
 * Invariant: positions grow in the order of commits, so that "greater than the last one seen" neither loses nor repeats an event.
 */
@NullMarked
package dev.berth.gateway.feed;

import org.jspecify.annotations.NullMarked;
