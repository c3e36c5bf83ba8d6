/**
 * Owns: what somebody shows at a sign-in beside the password: codes of a secret and the time (RFC 6238), and codes for who has lost it.
 * Does not own: the sign-in, which asks through {@link dev.berth.gateway.account.SecondFactor}.
 * Called by the portal; it calls account and the sealer of secret. Invariants: the secret is kept sealed, codes for recovery as hashes; a
 * code counts once, and none from before the last that counted.
 */
@NullMarked
package dev.berth.gateway.factor;

import org.jspecify.annotations.NullMarked;
