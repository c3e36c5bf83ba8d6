/**
 * Calls of the API. Owns: connections, retries, idempotency keys, streams that resume, WebSockets, and what a refusal or an absence is.
 * Does not own: who calls (profile), what is shown. Called by the commands. Always holds: what changes something is sent with an
 * Idempotency-Key, and again only with the same one.
 */
@NullMarked
package dev.berth.client.call;

import org.jspecify.annotations.NullMarked;
