/**
 * Owns: the data directory of one installation: its layout, secrets, lock, and the record of what runs.
 * Does not own: what PostgreSQL and Kafka keep inside their folders.
 * May be called by: every room of the launcher.
 * Invariant: secrets are readable by the owner alone, and a file is seen either whole or not at all.
 */
@NullMarked
package dev.berth.launcher.data;

import org.jspecify.annotations.NullMarked;
