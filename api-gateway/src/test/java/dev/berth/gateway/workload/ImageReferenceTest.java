package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx",
                "nginx:1.27-alpine",
                "berth/sample:1",
                "library/postgres",
                "ghcr.io/team/app:v1.2.3",
                "registry.example.com:5000/a/b/c",
                "gcr.io/distroless/static@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "quay.io/x/y:tag@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "8.8.8.8:5000/x",
                "a.b/c__d/e-f",
            })
    void takesWhatTheDistributionGrammarTakes(String image) {
        assertThat(ImageReference.check(image, Set.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Nginx",
                "nginx:",
                "nginx:ta g",
                "nginx@sha256:abc",
                "nginx@md5:0123456789abcdef0123456789abcdef",
                "-x",
                "x-",
                "a//b",
                "/a",
                "a/",
                "a...b",
                "a___b",
                "http://example.com/x",
                "nginx\n",
                "nginx;rm",
                "../x",
                "example.com:99999999/x",
            })
    void refusesWhatItDoesNotTake(String image) {
        assertThat(ImageReference.check(image, Set.of())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost/x",
                "localhost:5000/x",
                "registry:5000/x",
                "127.0.0.1/x",
                "127.1/x",
                "0x7f.0.0.1/x",
                "0177.0.0.1/x",
                "2130706433:80/x",
                "10.0.0.1:5000/x",
                "172.16.0.1/x",
                "172.31.255.255/x",
                "192.168.1.1/x",
                "100.64.0.1/x",
                "169.254.169.254/x",
                "198.18.0.1/x",
                "0.0.0.0:80/x",
                "224.0.0.1/x",
                "255.255.255.255/x",
                "[::1]:5000/x",
                "[fe80::1]/x",
                "metadata.google.internal/x",
                "printer.local/x",
                "db.LAN/x",
            })
    void refusesARegistryInsideAnyNetwork(String image) {
        assertThat(ImageReference.check(image, Set.of()))
                .hasValueSatisfying(error -> assertThat(error).contains("internal network"));
    }

    @Test
    void takesAnInternalRegistryThatTheOperatorAllows() {
        assertThat(ImageReference.check("127.0.0.1:5000/x", Set.of("127.0.0.1:5000")))
                .isEmpty();
        assertThat(ImageReference.check("127.0.0.1:5001/x", Set.of("127.0.0.1:5000")))
                .isPresent();
        assertThat(ImageReference.check("registry.lan:5000/x", Set.of("registry.lan")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789ab",
                "sha256",
                "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void refusesTheIdOfAnImageThatMayBeSomebodyElses(String image) {
        assertThat(ImageReference.check(image, Set.of())).isPresent();
    }

    @Test
    void refusesAVeryLongNameQuickly() {
        assertThat(ImageReference.check("a-".repeat(127), Set.of())).isPresent();
        assertThat(ImageReference.check("a".repeat(256), Set.of())).isPresent();
        assertThat(ImageReference.check("a".repeat(255), Set.of())).isEmpty();
    }
}
