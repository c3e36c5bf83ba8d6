/**
 * Owns: the keys of those who run Berth, with their roles.
 * Does not own: the key in the settings, which may everything and is in no table (edge), nor what each route needs (the route).
 * Called by the edge through {@link dev.berth.gateway.edge.OperatorCredentials}. Invariant: a secret is shown once and kept only as a
 * hash; what was revoked or has expired is as unknown as what never was.
 */
@NullMarked
package dev.berth.gateway.operator;

import org.jspecify.annotations.NullMarked;
