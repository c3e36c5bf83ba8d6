/**
 * Owns: the few questions that the launcher asks of a Docker Engine's HTTP API, and the sample image.
 * Does not own: tenants' containers: the provisioner alone makes and stops them.
 * May be called by: machine, ring, demo and the commands.
 * Invariant: every call has a deadline; a stopped engine cannot hang the launcher.
 */
@NullMarked
package dev.berth.launcher.engine;

import org.jspecify.annotations.NullMarked;
