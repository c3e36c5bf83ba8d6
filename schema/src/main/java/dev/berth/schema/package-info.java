/**
 * Owns: the event and topic lists, what crosses a service boundary. No business rules, no Spring.
 * Does not own: what a service does with an event.
 * Anyone may call. Invariant: every event has a contract and a sample, and every old sample can still be read.
 */
@NullMarked
package dev.berth.schema;

import org.jspecify.annotations.NullMarked;
