/**
 * Owns: customers' webhooks (Standard Webhooks): endpoints with their signing secrets, the deliveries of events to them, and the log of
 * every attempt.
 * Does not own: events, which the feed has; how an address is called, which is {@link dev.berth.gateway.callout.TargetCaller}'s.
 * Rooms below may call {@link dev.berth.gateway.webhook.Webhooks} and {@link dev.berth.gateway.webhook.Deliveries}.
 * Invariants: an event is one delivery to an endpoint, under one id and with the same bytes, however often it is tried, replayed or
 * interrupted; each attempt is written down before it is made; what is not tried any more is in the log with the reason.
 */
@NullMarked
package dev.berth.gateway.webhook;

import org.jspecify.annotations.NullMarked;
