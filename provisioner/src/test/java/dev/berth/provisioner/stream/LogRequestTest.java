package dev.berth.provisioner.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.engine.LogLine;
import java.time.Instant;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class LogRequestTest {
    private static LogLine line(String text) {
        return new LogLine(Instant.EPOCH, false, text);
    }

    @Property
    void aSearchShowsWhatHasItInItAndNothingElse(
            @ForAll @AlphaChars @StringLength(max = 12) String text,
            @ForAll @AlphaChars @StringLength(min = 1, max = 2) String search) {
        boolean has = text.toLowerCase(Locale.ROOT).contains(search.toLowerCase(Locale.ROOT));
        assertThat(LogRequest.of(null, null, null, search).shows(line(text))).isEqualTo(has);
    }

    @Test
    void aSearchIsTextAndNoPattern() {
        LogRequest dots = LogRequest.of(null, null, null, "a.*[b");
        assertThat(dots.shows(line("xA.*[B!"))).isTrue();
        assertThat(dots.shows(line("a1b"))).isFalse();
        assertThat(LogRequest.of(null, null, null, "").shows(line(""))).isTrue();
        assertThatThrownBy(() -> LogRequest.of(null, null, null, "x".repeat(201)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("200");
    }
}
