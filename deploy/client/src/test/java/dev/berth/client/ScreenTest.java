package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.client.screen.Screen;
import dev.berth.client.screen.Table;
import dev.berth.client.screen.Words;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a person sees. */
class ScreenTest {
    private static String shown(boolean terminal, Map<String, String> environment) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Screen screen = new Screen(new PrintStream(out, false, StandardCharsets.UTF_8), terminal, environment);
        screen.table(new Table("NAME", "STATE", ">N").row("a-rather-long-name-of-something", "running", 3));
        screen.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tablesFitTheTerminalAndAreWholeWithoutOne() {
        assertThat(shown(false, Map.of()).lines())
                .containsExactly(
                        "NAME                             STATE    N", "a-rather-long-name-of-something  running  3");
        assertThat(shown(true, Map.of("COLUMNS", "30", "NO_COLOR", "1")).lines())
                .containsExactly("NAME                STATE    N", "a-rather-long-nam…  running  3")
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(30));
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        assertThat(shown(true, Map.of("COLUMNS", "80"))).contains("\u001b[32mrunning\u001b[0m");
        assertThat(shown(true, Map.of("COLUMNS", "80", "NO_COLOR", "1"))).doesNotContain("\u001b");
        assertThat(shown(true, Map.of("COLUMNS", "80", "TERM", "dumb"))).doesNotContain("\u001b");
        assertThat(shown(false, Map.of("COLUMNS", "80"))).doesNotContain("\u001b");
    }

    @Test
    void wordsForValues() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        assertThat(Words.given("10m", now)).isEqualTo("2026-01-02T02:54:05Z");
        assertThat(Words.given("2026-01-01", now)).isEqualTo("2026-01-01");
        assertThat(Words.span(Duration.ofSeconds(59))).isEqualTo("59s");
        assertThat(Words.span(Duration.ofMinutes(59))).isEqualTo("59m");
        assertThat(Words.span(Duration.ofHours(47))).isEqualTo("47h");
        assertThat(Words.span(Duration.ofDays(2))).isEqualTo("2d");
        assertThat(Words.clean("a\u0007b\u009bc\u202ed\te")).isEqualTo("a\ufffdb\ufffdc\ufffdd e");
        assertThat(Words.clean("größe 日本 🙂")).isEqualTo("größe 日本 🙂");
    }
}
