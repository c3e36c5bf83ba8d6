/**
 * Owns: each part that the launcher runs: its program, settings, how to know that it is ready, and how it is asked to end.
 * Does not own: the order of parts, restarts, or what happens on failure (ring).
 * May be called by: ring and the commands.
 * Invariant: every part listens on loopback, except the gateway where the operator said so, and loses nothing on kill -9.
 */
@NullMarked
package dev.berth.launcher.part;

import org.jspecify.annotations.NullMarked;
