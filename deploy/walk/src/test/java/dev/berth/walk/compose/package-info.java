/**
 * Owns: reading {@code deploy/stack/compose.yaml}, and running what it says with Testcontainers, as docker-compose would.
 * Does not own: what the parts are for, and what must be true of them; the walks hold that.
 * May be called by: the walks.
 * Invariant: a key of the file that is not understood here is refused, so that no part runs differently here than there.
 */
@NullMarked
package dev.berth.walk.compose;

import org.jspecify.annotations.NullMarked;
