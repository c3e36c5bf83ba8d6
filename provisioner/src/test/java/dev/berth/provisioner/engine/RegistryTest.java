package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a registry says is looked at before the real engine fetches anything. */
@Tag("docker")
class RegistryTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final String path =
            "berth-test/pulled-" + ThreadLocalRandom.current().nextInt(1_000_000);
    private TestRegistry registry;
    private DockerEngine engine;

    @BeforeEach
    void begin() throws IOException {
        registry = new TestRegistry();
        engine = TestEngines.docker(DockerEngineTest.INSTALLATION, registry.host());
    }

    @AfterEach
    void end() throws IOException {
        try (DockerClient docker = TestImages.client()) {
            docker.listImagesCmd().exec().stream()
                    .filter(image ->
                            List.of(image.getRepoDigests() == null ? new String[0] : image.getRepoDigests()).stream()
                                    .anyMatch(digest -> digest.startsWith(registry.host())))
                    .forEach(image ->
                            docker.removeImageCmd(image.getId()).withForce(true).exec());
        }
        engine.close();
        registry.close();
    }

    private String name(String tag) {
        return registry.host() + "/" + path + ":" + tag;
    }

    private static Pulled pull(DockerEngine engine, String reference) {
        return engine.pull(new PullOrder(reference, null, MINUTE, (_, _) -> {}));
    }

    @Test
    void fetchesWhatWasLookedAtAndGivesItItsName() throws IOException {
        registry.image(path, "1");
        pull(engine, name("1"));
        EngineImage image = engine.image(name("1")).orElseThrow();
        assertThat(image.layers()).isEqualTo(1);
        assertThat(engine.imageBytes().get(image.id())).isPositive();
        try (DockerClient docker = TestImages.client()) {
            assertThat(docker.inspectImageCmd(image.id()).exec().getRepoDigests())
                    .as("it was fetched by its digest")
                    .hasSize(1);
        }
        assertThat(engine.removeImage(image.id())).isTrue();
        assertThat(engine.image(name("1"))).isEmpty();
        assertThat(engine.removeImage(image.id())).as("gone already").isTrue();
    }

    @Test
    void choosesTheManifestForTheEnginesArchitecture() throws IOException {
        Map<String, Object> manifest = registry.image(path, "plain");
        String digest = registry.manifest(path, "plain", TestRegistry.MANIFEST, manifest);
        List<Map<String, Object>> platforms = new ArrayList<>();
        for (String architecture : List.of("s390x", "amd64", "arm64")) {
            Map<String, Object> one = TestRegistry.descriptor(
                    TestRegistry.MANIFEST, 100, architecture.equals("s390x") ? "sha256:" + "0".repeat(64) : digest);
            one.put("platform", Map.of("os", "linux", "architecture", architecture));
            platforms.add(one);
        }
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", TestRegistry.INDEX);
        index.put("manifests", platforms);
        registry.manifest(path, "all", TestRegistry.INDEX, index);
        pull(engine, name("all"));
        assertThat(engine.image(name("all"))).isPresent();

        index.put("manifests", platforms.subList(0, 1));
        registry.manifest(path, "other", TestRegistry.INDEX, index);
        assertThatThrownBy(() -> pull(engine, name("other")))
                .isInstanceOf(EngineException.Refused.class)
                .hasMessageContaining("not made for linux/");
    }

    @Test
    void fetchesNothingOfAnImageThatIsTooLarge() throws IOException {
        Map<String, Object> manifest = registry.image(path, "1");
        Map<String, Object> layer = TestRegistry.descriptor(
                "application/vnd.docker.image.rootfs.diff.tar.gzip", 10, "sha256:" + "1".repeat(64));
        manifest.put("layers", java.util.Collections.nCopies(65, layer));
        registry.manifest(path, "layers", TestRegistry.MANIFEST, manifest);
        layer.put("size", 65L << 20);
        manifest.put("layers", List.of(layer));
        registry.manifest(path, "bytes", TestRegistry.MANIFEST, manifest);
        layer.put("size", Long.MAX_VALUE);
        manifest.put("layers", List.of(layer, layer));
        registry.manifest(path, "overflow", TestRegistry.MANIFEST, manifest);
        manifest.put("layers", List.of());
        manifest.put("config", TestRegistry.descriptor("x", 2_000_000, "sha256:" + "2".repeat(64)));
        registry.manifest(path, "config", TestRegistry.MANIFEST, manifest);
        registry.manifest(path, "form", TestRegistry.MANIFEST, Map.of("schemaVersion", 1));
        for (Map.Entry<String, String> refused : Map.of(
                        "layers", "65 layers, at most 64",
                        "bytes", "more than the 64 MiB",
                        "overflow", "more than the 64 MiB",
                        "config", "configuration has 2000000 bytes",
                        "form", "form that is not accepted")
                .entrySet()) {
            assertThatThrownBy(() -> pull(engine, name(refused.getKey())))
                    .as(refused.getKey())
                    .isInstanceOf(EngineException.Refused.class)
                    .hasMessageContaining(refused.getValue());
        }
        assertThat(registry.blobsAsked()).isEmpty();
    }

    @Test
    void asksForATokenLikeAStrangerButNeverInsideTheNetwork() throws IOException {
        registry.image(path, "1");
        registry.wantTokenOf("http://%s/token".formatted(registry.host()));
        pull(engine, name("1"));
        assertThat(engine.image(name("1"))).isPresent();

        registry.image(path, "2");
        registry.wantTokenOf("http://127.0.0.1:1/token");
        assertThatThrownBy(() -> pull(engine, name("2")))
                .isInstanceOf(EngineException.Refused.class)
                .hasMessageContaining("in an internal network");
    }

    @Test
    void showsTheAccountsPasswordWhereTheRegistrySendsForTokensAndToNoOtherRegistry() throws IOException {
        registry.image(path, "1");
        registry.wantTokenOf("http://%s/token".formatted(registry.host()));
        registry.wantPair("ann", "a:word");
        assertThatThrownBy(() -> pull(engine, name("1")))
                .isInstanceOf(EngineException.Missing.class)
                .hasMessageContaining("no token for everybody");
        RegistryAuth wrong = new RegistryAuth(registry.host(), "ann", "another");
        assertThatThrownBy(() -> engine.pull(new PullOrder(name("1"), wrong, MINUTE, (_, _) -> {})))
                .isInstanceOf(EngineException.Missing.class)
                .hasMessageContaining("no token for the account's credentials")
                .hasMessageNotContaining("another");
        RegistryAuth right = new RegistryAuth(registry.host(), "ann", "a:word");
        Pulled pulled = engine.pull(new PullOrder(name("1"), right, MINUTE, (_, _) -> {}));
        assertThat(engine.image(pulled.imageId())).isPresent();
        RegistryAuth foreign = new RegistryAuth("registry.example.com", "ann", "a:word");
        assertThatThrownBy(() -> engine.pull(new PullOrder(name("1"), foreign, MINUTE, (_, _) -> {})))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void asksWhatATagMeansAndFetchesNothingThatIsThere() throws IOException {
        registry.image(path, "1");
        Pulled first = pull(engine, name("1"));
        int blobs = registry.blobsAsked().size();
        assertThat(pull(engine, name("1"))).isEqualTo(first);
        assertThat(registry.blobsAsked()).hasSize(blobs);
        assertThat(pull(engine, name("1").replaceFirst(":1$", "@" + first.digest())))
                .isEqualTo(first);
    }

    @Test
    void whatIsNotThereForStrangersIsMissing() {
        assertThatThrownBy(() -> pull(engine, name("none"))).isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void asksNoRegistryInAnInternalNetworkUnlessTheOperatorAllowsIt() throws IOException {
        registry.image(path, "1");
        try (DockerEngine strict = TestEngines.docker(DockerEngineTest.INSTALLATION)) {
            for (String name : List.of(
                    name("1"),
                    "localhost:%s/x:1".formatted(registry.host().split(":", -1)[1]),
                    "169.254.169.254/x:1")) {
                assertThatThrownBy(() -> pull(strict, name))
                        .as(name)
                        .isInstanceOf(EngineException.Refused.class)
                        .hasMessageContaining("in an internal network");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "10.1.2.3, true",
        "172.31.0.1, true",
        "192.168.1.1, true",
        "169.254.169.254, true",
        "100.64.0.1, true",
        "198.18.0.1, true",
        "0.0.0.0, true",
        "224.0.0.1, true",
        "255.255.255.255, true",
        "::1, true",
        "fd00::1, true",
        "fe80::1, true",
        "::ffff:10.0.0.1, true",
        "64:ff9b::a00:1, true",
        "2002:a00:1::1, true",
        "8.8.8.8, false",
        "172.32.0.1, false",
        "100.128.0.1, false",
        "2606:4700::1, false"
    })
    void knowsWhatIsInternal(String address, boolean internal) {
        assertThat(RegistryAddress.isInternal(InetAddress.ofLiteral(address))).isEqualTo(internal);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, registry-1.docker.io, library/nginx",
        "team/app, registry-1.docker.io, team/app",
        "docker.io/team/app, registry-1.docker.io, team/app",
        "docker.io/nginx, registry-1.docker.io, library/nginx",
        "ghcr.io/a/b, ghcr.io, a/b",
        "localhost/a, localhost, a",
        "host:5000/a, host:5000, a"
    })
    void findsTheRegistryOfAName(String name, String host, String path) {
        assertThat(RegistryName.of(name)).isEqualTo(new RegistryName(host, path));
    }
}
