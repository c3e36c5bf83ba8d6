package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static final List<String> KNOWN =
            List.of("name", "kind", "image", "replicas", "read_only_root", "cpu_millis");

    @Test
    void findsTheWordThatWasMeant() {
        assertThat(Words.closest("replcas", KNOWN)).contains("replicas");
        assertThat(Words.closest("readonlyroot", KNOWN)).contains("read_only_root");
        assertThat(Words.closest("cpuMillis", KNOWN)).contains("cpu_millis");
        assertThat(Words.closest("completely_else", KNOWN)).isEmpty();
    }

    @Test
    void measuresTheDistanceOfWords() {
        assertThat(Words.distance("", "abc")).isEqualTo(3);
        assertThat(Words.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Words.distance("same", "same")).isZero();
    }

    @Test
    void showsNoControlCharactersAndNoLongTexts() {
        assertThat(Words.cut("a\u001b[31m\r\nb\u202e")).isEqualTo("a?[31m??b?");
        assertThat(Words.cut("x".repeat(100))).hasSize(65).endsWith("…");
    }
}
