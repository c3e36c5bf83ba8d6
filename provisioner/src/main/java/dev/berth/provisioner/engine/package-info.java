/**
 * Owns: the few verbs that Berth asks of a container engine, and how a tenant's container is made safe in terms of that engine.
 * Does not own: when a verb is used, or what an answer means for a container's life.
 * Called by reconcile and stream; the only importer of docker-java.
 * Invariant: what a tenant writes reaches the engine through typed fields only; every call ends within its time-out.
 */
@NullMarked
package dev.berth.provisioner.engine;

import org.jspecify.annotations.NullMarked;
