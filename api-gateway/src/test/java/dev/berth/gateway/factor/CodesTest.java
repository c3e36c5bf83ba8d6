package dev.berth.gateway.factor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodesTest {
    /** The secret of RFC 6238, appendix B. */
    private static final String SECRET = Codes.base32("12345678901234567890".getBytes(StandardCharsets.US_ASCII));

    @Test
    void showsWhatTheStandardSays() {
        assertThat(SECRET).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        Map.of(
                        59L,
                        "287082",
                        1111111109L,
                        "081804",
                        1111111111L,
                        "050471",
                        1234567890L,
                        "005924",
                        2000000000L,
                        "279037")
                .forEach((second, code) ->
                        assertThat(Codes.code(SECRET, second / 30)).isEqualTo(code));
    }

    @Test
    void takesOneStepBeforeAndAfterAndNoneThatCounted() {
        Instant now = Instant.ofEpochSecond(3_000_015);
        long step = 100_000;
        for (long near = step - 1; near <= step + 1; near++) {
            assertThat(Codes.step(SECRET, Codes.code(SECRET, near), now, 0)).hasValue(near);
        }
        assertThat(Codes.step(SECRET, Codes.code(SECRET, step + 2), now, 0)).isEmpty();
        assertThat(Codes.step(SECRET, Codes.code(SECRET, step - 2), now, 0)).isEmpty();
        assertThat(Codes.step(SECRET, Codes.code(SECRET, step), now, step)).isEmpty();
        assertThat(Codes.step(SECRET, "", now, 0)).isEmpty();
    }

    @Test
    void readsCodesForRecoveryHoweverTheyAreTyped() {
        String code = Codes.newRecoveryCode();
        assertThat(code).matches("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}");
        assertThat(Codes.normal(" " + code.toLowerCase(java.util.Locale.ROOT) + " "))
                .isEqualTo(code.replace("-", ""));
    }
}
