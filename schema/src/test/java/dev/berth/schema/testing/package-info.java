/**
 * Owns: real parts for the tests of all modules: a database, a broker, a clock, a network outside of the pool.
 * Does not own: any assertion.
 * Invariant: a missing part fails with what to install, it is never skipped.
 */
@NullMarked
package dev.berth.schema.testing;

import org.jspecify.annotations.NullMarked;
