package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "nginx, nginx:latest",
        "nginx:1.27, nginx:1.27",
        "berth/sample:1, berth/sample:1",
        "registry.example.com:5000/a/b-c/d_e:v1.2-x, registry.example.com:5000/a/b-c/d_e:v1.2-x",
        "localhost:5000/x, localhost:5000/x:latest",
        "x@sha256:0000000000000000000000000000000000000000000000000000000000000000, x@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    })
    void readsReferences(String text, String expected) {
        assertThat(ImageReference.parse(text))
                .hasValueSatisfying(found -> assertThat(found).hasToString(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "UPPER",
                "a b",
                "a:b:c",
                "../etc",
                "/x",
                "x/",
                "x:",
                "x@sha256:12",
                "-x",
                "x\n",
                "http://x/y",
                "a//b",
                "x:tag with space",
                "x@md5:00000000000000000000000000000000",
                "$(id)",
                "x;id",
                "sha256:19",
                "sha256"
            })
    void refusesEverythingElse(String text) {
        assertThat(ImageReference.parse(text)).isEmpty();
    }
}
