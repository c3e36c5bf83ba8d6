/**
 * Owns: the web pages and the description of the API: HTML rendered here, which works without a script and is made live by one.
 * Does not own: any rule; what a page does is what the rooms before it offer, with the visitor's session instead of a key.
 * Nobody calls it. Invariant: what a tenant wrote reaches a page only as escaped text, and every form carries the session's token.
 */
@NullMarked
package dev.berth.gateway.portal;

import org.jspecify.annotations.NullMarked;
