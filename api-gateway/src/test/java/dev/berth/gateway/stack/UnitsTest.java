package dev.berth.gateway.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"10s,10", "1m30s,90", "1h5m30s20ms,3931", "500ms,1", "0s,0", "1d,86400", "2.5s,3"})
    void readsDurations(String text, long seconds) {
        assertThat(Units.seconds(text)).contains(seconds);
    }

    @ParameterizedTest
    @CsvSource({"512m,512", "1.5G,1536", "1gb,1024", "1048576,1", "1b,1", "300k,1", "2 GiB,2048"})
    void readsSizes(String text, long mib) {
        assertThat(Units.mib(text)).contains(mib);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10x", "1m 30s", "-5s", "1s1", "1e3s"})
    void refusesWhatIsNoDuration(String text) {
        assertThat(Units.seconds(text)).isEmpty();
    }

    @Property
    void aDurationIsTheSumOfItsParts(
            @ForAll @LongRange(min = 0, max = 1000) long h,
            @ForAll @LongRange(min = 0, max = 1000) long m,
            @ForAll @LongRange(min = 0, max = 1000) long s) {
        assertThat(Units.seconds("%dh%dm%ds".formatted(h, m, s))).contains(h * 3600 + m * 60 + s);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a b  c | a,b,c",
                "'a b' c | a b,c",
                "\"a 'b\" c | a 'b,c",
                "a\\ b | a b",
                "--x=\"y z\" | --x=y z",
                "\"a\\\"b\" | a\"b"
            })
    void splitsWordsAsAShellDoes(String text, String words) {
        assertThat(ShellWords.split(text)).contains(List.of(words.split(",")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "a \"b", "\""})
    void refusesAQuoteThatIsNotClosed(String text) {
        assertThat(ShellWords.split(text)).isEmpty();
    }

    @Property
    void quotedWordsComeBackAsTheyWere(@ForAll List<String> words) {
        String text = words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(java.util.stream.Collectors.joining(" "));
        assertThat(ShellWords.split(text)).contains(words);
    }
}
