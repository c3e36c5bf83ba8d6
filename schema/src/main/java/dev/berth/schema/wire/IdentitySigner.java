package dev.berth.schema.wire;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.berth.schema.id.AccountId;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Signs and checks {@link Identity} as a JWT (RFC 7519) with HMAC-SHA-256 and the secret all services share (setting
 * {@code berth.identity-secret}, at least 32 bytes). Thread-safe.
 */
public final class IdentitySigner {
    /** How long a signed identity holds. */
    public static final Duration VALIDITY = Duration.ofSeconds(60);

    private static final String AUDIENCE = "berth-internal";
    private static final JWSHeader HEADER = new JWSHeader(JWSAlgorithm.HS256);

    private static final int MAX_CHARS = 4096;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private final MACSigner signer;
    private final MACVerifier verifier;
    private final InstantSource clock;

    /**
     * Takes the shared secret.
     *
     * @throws IllegalArgumentException if it is shorter than 32 bytes
     */
    public IdentitySigner(String secret, InstantSource clock) {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        if (key.length < 32) {
            throw new IllegalArgumentException(
                    "the identity secret (BERTH_IDENTITY_SECRET) needs at least 32 bytes, it has %d"
                            .formatted(key.length));
        }
        try {
            signer = new MACSigner(key);
            verifier = new MACVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the identity secret does not work with HMAC-SHA-256", e);
        }
        this.clock = clock;
    }

    /** The header's value. */
    public String sign(Identity identity) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .audience(AUDIENCE)
                .expirationTime(Date.from(clock.instant().plus(VALIDITY)))
                .claim("actor", identity.actor())
                .claim("operation", identity.operation())
                .claim("operator", identity.operator());
        AccountId account = identity.account();
        if (account != null) {
            claims.claim("account", account.toString());
        }
        SignedJWT jwt = new SignedJWT(HEADER, claims.build());
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("could not sign an internal identity", e);
        }
        return jwt.serialize();
    }

    /** The identity, empty when the signature, the audience or the time does not hold. */
    public Optional<Identity> verify(String token) {
        if (token.length() > MAX_CHARS || !FORM.matcher(token).matches()) {
            return Optional.empty(); // the library passes over what is no base64url, so one token would have many texts
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm()) || !jwt.verify(verifier)) {
                return Optional.empty();
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            Date expires = claims.getExpirationTime();
            if (expires == null || !claims.getAudience().contains(AUDIENCE)) {
                return Optional.empty();
            }
            Instant now = clock.instant();
            Instant expiry = expires.toInstant();
            if (!now.isBefore(expiry) || expiry.isAfter(now.plus(VALIDITY.multipliedBy(2)))) {
                return Optional.empty();
            }
            String account = claims.getStringClaim("account");
            return Optional.of(new Identity(
                    account == null ? null : AccountId.parse(account),
                    claims.getStringClaim("actor"),
                    claims.getStringClaim("operation"),
                    Boolean.TRUE.equals(claims.getBooleanClaim("operator"))));
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
