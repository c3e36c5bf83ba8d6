/**
 * Owns: the command line of {@code ./berth}.
 * Does not own: what the commands do; each calls the rooms below.
 * Rooms, each importing only those before it: data, child, engine, machine, broker, part, ring, demo.
 * Invariant: a command ends with 0 when it did what it says, and otherwise tells what is wrong and what to do.
 */
@NullMarked
package dev.berth.launcher;

import org.jspecify.annotations.NullMarked;
