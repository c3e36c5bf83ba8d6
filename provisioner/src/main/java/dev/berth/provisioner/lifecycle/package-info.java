/**
 * Owns: the states of a container, the table of its transitions, its row, and the facts that are told of it.
 * Does not own: when the engine is called, or what a workload needs.
 * Called by placement and later rooms.
 * Invariant: a row's change and its facts commit together; facts are made of what the engine's inspect shows, in sequence,
 * each once; nothing follows a stop.
 */
@NullMarked
package dev.berth.provisioner.lifecycle;

import org.jspecify.annotations.NullMarked;
