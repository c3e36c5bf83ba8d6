/**
 * Owns: who people are at an OpenID provider, the way there and back, what comes of it, and the link between the two.
 * Does not own: people, their passwords and sessions (account), second factors (factor), the pages (portal).
 * Called by the portal. Invariants: somebody is found by issuer and subject, never by an e-mail address alone; nothing that a provider
 * says is used before its signature, issuer, audience, time and nonce are checked; what a way to the provider needs is in one
 * browser's cookie and counts once.
 */
@NullMarked
package dev.berth.gateway.login;

import org.jspecify.annotations.NullMarked;
