/**
 * Owns: the least that an HTTP API on Spring Boot and PostgreSQL can be: one query a call.
 * Does not own: who may call, what is right, what is kept of it.
 * Invariant: nothing of Berth is in it.
 */
@NullMarked
package dev.berth.bare;

import org.jspecify.annotations.NullMarked;
