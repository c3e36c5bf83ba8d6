/**
 * Owns: the way in: who calls (key, session, operator), how often, how large, the answer of a repeated write, paging, and the
 * form of every error.
 * Does not own: accounts, keys or sessions themselves; it asks for them through {@link dev.berth.gateway.edge.Credentials}.
 * Every room may call it; it imports none. Invariant: no handler of the API runs before its caller was checked against the
 * {@link dev.berth.gateway.edge.Requires} written on it.
 */
@NullMarked
package dev.berth.gateway.edge;

import org.jspecify.annotations.NullMarked;
