/**
 * Owns: the switches that make the double behave badly, and how often each still acts.
 * Does not own: what a fault does to a request or a delivery: those who carry it out.
 * May be called by: resource, webhook, server.
 * Invariant: a fault that acts n times acts n times exactly, also under concurrency.
 */
@NullMarked
package dev.berth.stripe.fault;

import org.jspecify.annotations.NullMarked;
