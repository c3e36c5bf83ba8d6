/**
 * Owns: the output of containers on its way to a reader: which, from when, followed or not, as text or as server-sent events; and the
 * terminals in them and on their main processes.
 * Does not own: keeping output after a container is gone.
 * Called by nobody. Invariant: bounded: how many streams, how long one lasts, how much waits for a slow reader; and a slow reader slows
 * nothing but itself.
 */
@NullMarked
package dev.berth.provisioner.stream;

import org.jspecify.annotations.NullMarked;
