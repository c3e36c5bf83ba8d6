package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read and written by hand is what the JDK reads and writes. */
class Rfc3339Test {
    private static final DateTimeFormatter GENERAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void itAgreesWithTheJdkOnEveryInstantOfTenThousandYears() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            long ms = random.nextLong(-62_167_219_200_000L - 1_000, 253_402_300_800_000L + 1_000);
            Instant instant = Instant.ofEpochMilli(ms).plusNanos(random.nextInt(1_000_000));
            String text = Rfc3339.text(instant);
            assertThat(text).isEqualTo(GENERAL.format(instant));
            if (!text.startsWith("-") && !text.startsWith("+") && text.length() == 24) {
                assertThat(Rfc3339.isPlain(text)).isTrue();
                assertThat(Rfc3339.parse(text)).isEqualTo(Instant.ofEpochMilli(ms));
            }
        }
    }

    @Test
    void itAgreesWithTheJdkOnEveryTextThatIsNearlyAnInstant() {
        SplittableRandom random = new SplittableRandom(2);
        String alphabet = "0123456789-:.TZ+ ";
        for (int i = 0; i < 200_000; i++) {
            char[] text = Rfc3339.text(Instant.ofEpochMilli(random.nextLong(0, 253_402_300_800_000L)))
                    .toCharArray();
            for (int change = 1 + random.nextInt(2); change > 0; change--) {
                text[random.nextInt(text.length)] = alphabet.charAt(random.nextInt(alphabet.length()));
            }
            String changed = new String(text);
            if (Rfc3339.isPlain(changed)) {
                assertThat(Rfc3339.parse(changed)).isEqualTo(Instant.parse(changed));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T08:00:00Z",
                "2026-11-22T08:00:00.1Z",
                "2026-11-22T08:00:00.123456Z",
                "2026-11-22T24:00:00.000Z",
                "2026-11-22T08:00:00.000+01:00",
                "2024-02-29T00:00:00.000Z",
                "1900-03-01T00:00:00.000Z"
            })
    void otherFormsMeanWhatTheyMeanToTheJdk(String text) {
        assertThat(Rfc3339.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-02-29T00:00:00.000Z",
                "2026-13-01T00:00:00.000Z",
                "１026-11-22T08:00:00.000Z"
            })
    void whatIsNoInstantIsRefused(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeParseException.class);
    }
}
