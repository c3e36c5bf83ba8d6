package dev.berth.provisioner.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.engine.LogLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
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

    private static List<String> shown(LogRequest request, LogLine... lines) {
        List<String> shown = new ArrayList<>();
        Consumer<LogLine> only = request.only(line -> shown.add(line.text()));
        List.of(lines).forEach(only);
        return shown;
    }

    /** The engine's and the kept lines begin with the one at {@code since}; who read it already does not get it twice. */
    @Test
    void aStreamThatGoesOnNeitherRepeatsItsLastLineNorLosesThoseOfTheSameTime() throws IOException {
        Instant time = Instant.parse("2026-11-22T09:14:03.120456789Z");
        LogLine[] lines = {
            new LogLine(time.minusNanos(1), false, "before"),
            new LogLine(time, false, "a"),
            new LogLine(time, false, "b"),
            new LogLine(time, false, "c"),
            new LogLine(time.plusNanos(1), false, "next")
        };
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(sent, true);
        for (LogLine line : lines) {
            writer.write(OutputLine.of("", line));
        }
        List<String> ids = sent.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4))
                .toList();
        assertThat(ids).hasSize(5).doesNotHaveDuplicates().contains(time.toString(), time + "~2");
        LogRequest request = LogRequest.of(null, null, "true", null);
        List<String> all = List.of("before", "a", "b", "c", "next");
        for (int read = 0; read < lines.length; read++) {
            assertThat(shown(request.goingOnBehind(ids.get(read)), lines))
                    .as("behind %s", ids.get(read))
                    .isEqualTo(all.subList(read + 1, all.size()));
        }
        assertThat(shown(LogRequest.of(null, time.toString(), "true", null), lines))
                .contains("a");
        assertThat(request.goingOnBehind(" ")).isEqualTo(request);
        for (String none : List.of("yesterday", time + "~", time + "~x", "x~1")) {
            assertThatThrownBy(() -> request.goingOnBehind(none)).as(none).isInstanceOf(Refusal.class);
        }
    }
}
