/**
 * Owns: the main class of the broker's process, which formats its log directory once and runs Kafka.
 * Does not own: the broker's settings (part), nor its topics (made by the services).
 * May be called by: nobody; it is started as a process.
 * Invariant: it is Kafka itself, from Kafka's own jars, in KRaft mode.
 */
@NullMarked
package dev.berth.launcher.broker;

import org.jspecify.annotations.NullMarked;
