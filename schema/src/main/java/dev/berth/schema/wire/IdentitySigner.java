package dev.berth.schema.wire;

import java.time.InstantSource;
import java.util.Optional;

/**
 * Signs and checks {@link Identity} as a JWT (RFC 7519) with HMAC-SHA-256 and the secret all services share (setting
 * {@code berth.identity-secret}, at least 32 bytes). Thread-safe.
 */
public final class IdentitySigner {
    public IdentitySigner(String secret, InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    /** The header's value. */
    public String sign(Identity identity) {
        throw new UnsupportedOperationException();
    }

    /** The identity, empty when the signature, the audience or the time does not hold. */
    public Optional<Identity> verify(String token) {
        throw new UnsupportedOperationException();
    }
}
