package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.testing.TestClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitySignerTest {
    private static final String SECRET = "a secret of at least thirty-two bytes";
    private final TestClock clock = new TestClock(Instant.parse("2026-11-22T08:00:00.500Z"));
    private final IdentitySigner signer = new IdentitySigner(SECRET, clock);
    private final Identity customer = new Identity(AccountId.next(), "usr_x", "op_x", false);

    @Test
    void whatIsSignedIsVerified() {
        assertThat(signer.verify(signer.sign(customer))).contains(customer);
        Identity operator = new Identity(null, "operator", "op_y", true);
        assertThat(new IdentitySigner(SECRET, clock).verify(signer.sign(operator)))
                .contains(operator);
    }

    @Test
    void itExpiresAfterAMinute() {
        String token = signer.sign(customer);
        clock.advance(Duration.ofSeconds(59));
        assertThat(signer.verify(token)).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(signer.verify(token)).isEmpty();
    }

    @Test
    void oneThatHoldsTooLongIsRefused() throws Exception {
        assertThat(signer.verify(signed(
                        claims().expirationTime(in(Duration.ofMinutes(3))).build())))
                .isEmpty();
        assertThat(signer.verify(signed(claims().expirationTime(null).build()))).isEmpty();
    }

    @Test
    void anotherSecretOrAudienceIsRefused() throws Exception {
        assertThat(new IdentitySigner(SECRET + "!", clock).verify(signer.sign(customer)))
                .isEmpty();
        assertThat(signer.verify(signed(claims().build()))).as("the right one").isPresent();
        assertThat(signer.verify(signed(claims().audience("elsewhere").build())))
                .isEmpty();
        assertThat(signer.verify(signed(claims().audience((String) null).build())))
                .isEmpty();
    }

    @Test
    void anotherAlgorithmIsRefused() throws Exception {
        assertThat(signer.verify(new PlainJWT(claims().build()).serialize())).isEmpty();
        SignedJWT longer = new SignedJWT(new JWSHeader(JWSAlgorithm.HS512), claims().build());
        longer.sign(new MACSigner((SECRET + SECRET).getBytes(StandardCharsets.UTF_8)));
        assertThat(signer.verify(longer.serialize())).isEmpty();
        String[] parts = signer.sign(customer).split("\\.");
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(signer.verify(none + "." + parts[1] + ".")).isEmpty();
        assertThat(signer.verify(none + "." + parts[1] + "." + parts[2])).isEmpty();
    }

    @Test
    void aTokenThatWasTamperedWithIsRefused() {
        String token = signer.sign(customer);
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String forged = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.replace("\"operator\":false", "\"operator\":true")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(forged).isNotEqualTo(parts[1]);
        assertThat(signer.verify(parts[0] + "." + forged + "." + parts[2])).isEmpty();
        for (int at = 0; at < token.length() - 1; at += 7) {
            char other = token.charAt(at) == 'A' ? 'B' : 'A';
            assertThat(signer.verify(token.substring(0, at) + other + token.substring(at + 1)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "nonsense", "eyJhbGciOiJIUzI1NiJ9.e30.", "ü.ü.ü"})
    void nonsenseIsRefused(String token) {
        assertThat(signer.verify(token)).isEmpty();
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> new IdentitySigner("x".repeat(31), clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BERTH_IDENTITY_SECRET");
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .audience("berth-internal")
                .expirationTime(in(Duration.ofSeconds(30)))
                .claim("actor", "usr_x")
                .claim("operation", "op_x")
                .claim("operator", true);
    }

    private Date in(Duration duration) {
        return Date.from(clock.instant().plus(duration));
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        jwt.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
        return jwt.serialize();
    }
}
