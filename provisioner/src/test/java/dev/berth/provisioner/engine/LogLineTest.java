package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLineTest {
    private static final Instant T = Instant.parse("2026-11-22T08:00:00Z");

    private static String clean(String raw) {
        return new LogLine(T, false, raw).text();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "plain text|plain text",
                "\\e[31mred\\e[0m|red",
                "\\e]0;title\\aafter|after",
                "\\e]8;;http://x\\e\\\\link|link",
                "a\\r\\n\\ndata: evil|adata: evil",
                "\\e[2J\\e[1;1Hgone|gone",
                "tab\\tkept|tab\\tkept",
                "\\e|\"\"",
                "\\e[|\"\"",
                "\\e[31|\"\"",
                "\\ecreset|reset",
                "x\\0y|xy"
            })
    void takesOutWhatCouldLeaveItsLine(String raw, String expected) {
        assertThat(clean(unescape(raw))).isEqualTo(unescape(expected));
    }

    private static String unescape(String text) {
        return text.replace("\\e", "\u001b")
                .replace("\\a", "\u0007")
                .replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\0", "\0")
                .replace("\\\\", "\\");
    }

    @Test
    void takesOutWhatTurnsTheDirectionOfWritingAndOtherLineEnds() {
        assertThat(clean("a\u202eb\u2028c\u2029d\u0085e\u009b31mf\u2066g")).isEqualTo("abcdefg");
    }

    @Test
    void keepsOtherScriptsAndCutsWhatIsTooLong() {
        assertThat(clean("größer 日本語 🚢")).isEqualTo("größer 日本語 🚢");
        assertThat(clean("x".repeat(100_000))).hasSize(LogLine.MAX_CHARS);
    }

    @Test
    void nothingHarmfulSurvivesWhateverIsWritten() {
        Random random = new Random(7);
        String alphabet = "ab\u001b[];\u0007\\\r\n\0\u009b\u009d\u2028\u202e0123m \t";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder raw = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(clean(raw.toString()))
                    .doesNotContainPattern("[\\p{Cntrl}\u2028\u2029\u202a-\u202e\u2066-\u2069&&[^\t]]");
        }
    }
}
