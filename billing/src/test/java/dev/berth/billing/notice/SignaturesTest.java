package dev.berth.billing.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {
    private static final Instant NOW = Instant.parse("2026-03-10T10:00:00Z");
    private static final String BODY = "{\"id\": \"evt_1\", \"object\": \"event\", \"note\": \"Zürich ☃\"}";

    @Test
    void eitherSecretIsTakenWhileOneReplacesTheOther() throws Exception {
        String old = signed("whsec_old", NOW);
        assertThat(Signatures.problem(BODY, old, List.of("whsec_new", "whsec_old"), NOW))
                .isEmpty();
        assertThat(Signatures.problem(BODY, old, List.of("whsec_new"), NOW)).isPresent();
        String both = old + "," + signed("whsec_new", NOW).replaceAll("t=[0-9]+,", "");
        assertThat(Signatures.problem(BODY, both, List.of("whsec_new"), NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-301, false", "-300, true", "0, true", "300, true", "301, false", "86400, false"})
    void aTimeIsTakenWithinFiveMinutesBothWays(long secondsAhead, boolean taken) throws Exception {
        String header = signed("whsec_a", NOW.plusSeconds(secondsAhead));
        assertThat(Signatures.problem(BODY, header, List.of("whsec_a"), NOW).isEmpty())
                .isEqualTo(taken);
    }

    @Test
    void oneByteMoreOrOtherIsNotTheSameBody() throws Exception {
        String header = signed("whsec_a", NOW);
        assertThat(Signatures.problem(BODY + " ", header, List.of("whsec_a"), NOW))
                .isPresent();
        assertThat(Signatures.problem(BODY.replace("evt_1", "evt_2"), header, List.of("whsec_a"), NOW))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t=", "v1=00", "t=1,v1=00", "t=99999999999999999999,v1=00", "t=abc", ",,,", "t=1;v1=2"})
    void aHeaderThatIsNoneIsRefused(String header) {
        assertThat(Signatures.problem(BODY, header, List.of("whsec_a"), NOW)).isPresent();
    }

    @Test
    void withoutSecretsNothingIsTaken() throws Exception {
        assertThat(Signatures.problem(BODY, signed("whsec_a", NOW), List.of(), NOW.plus(Duration.ZERO)))
                .isPresent();
    }

    private static String signed(String secret, Instant at) throws Exception {
        String signature = Webhook.Util.computeHmacSha256(secret, at.getEpochSecond() + "." + BODY);
        return "t=%d,v1=%s".formatted(at.getEpochSecond(), signature);
    }
}
