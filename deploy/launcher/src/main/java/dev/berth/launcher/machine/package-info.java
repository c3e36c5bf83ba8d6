/**
 * Owns: what is known of the machine: ports, disk, memory, packages, the Docker Engine and its settings; and mending what may be mended.
 * Does not own: anything of one installation's data.
 * May be called by: ring and the commands.
 * Invariant: each finding says what it means and what to do; nothing is installed or written without the right to, and said aloud.
 */
@NullMarked
package dev.berth.launcher.machine;

import org.jspecify.annotations.NullMarked;
