/**
 * Owns: starting a process in a session of its own, stopping it within a deadline, and its log file.
 * Does not own: what the process is, or whether it is started again.
 * May be called by: part, ring and the commands.
 * Invariant: only a process whose pid and start time both match is ever signalled.
 */
@NullMarked
package dev.berth.launcher.child;

import org.jspecify.annotations.NullMarked;
