package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry that wants a password, and the real engine. */
@Tag("docker")
class PrivateRegistryTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final String path = "team/app-" + ThreadLocalRandom.current().nextInt(1_000_000);
    private final String local = "berth-test/private-" + path.replace("team/", "") + ":1";

    @TempDir
    private Path folder;

    private DebianRegistry registry;
    private DockerEngine engine;

    @BeforeEach
    void begin() throws IOException {
        registry = new DebianRegistry(folder);
        engine = TestEngines.docker(DockerEngineTest.INSTALLATION, registry.host());
        TestImages.load(local, Map.of("Env", List.of("PATH=/bin", "THIS=" + path)));
        registry.push(local, path, "1");
        try (DockerClient docker = TestImages.client()) {
            docker.removeImageCmd(local).withForce(true).exec();
        }
    }

    @AfterEach
    void end() throws IOException {
        engine.image(name())
                .ifPresent(image -> assertThat(engine.removeImage(image.id())).isTrue());
        engine.close();
        registry.close();
    }

    private String name() {
        return registry.host() + "/" + path + ":1";
    }

    private Pulled pull(RegistryAuth auth, PullOrder.Watch watch) {
        return engine.pull(new PullOrder(name(), auth, MINUTE, watch));
    }

    @Test
    void letsInWhoHasThePasswordAndNobodyElse() {
        assertThatThrownBy(() -> pull(null, (_, _) -> {}))
                .isInstanceOf(EngineException.Missing.class)
                .hasMessageContaining("wants a password");
        assertThatThrownBy(() -> pull(new RegistryAuth(registry.host(), "tester", "wrong-word"), (_, _) -> {}))
                .isInstanceOf(EngineException.Missing.class)
                .hasMessageContaining("the account's credentials (401)")
                .hasMessageNotContaining("wrong-word");
        assertThat(engine.image(name())).isEmpty();

        List<long[]> heard = new ArrayList<>();
        RegistryAuth right = new RegistryAuth(registry.host(), DebianRegistry.USER, DebianRegistry.PASSWORD);
        Pulled pulled = pull(right, (bytes, of) -> heard.add(new long[] {bytes, of}));
        assertThat(engine.image(name()).orElseThrow().id()).isEqualTo(pulled.imageId());
        assertThat(heard).isNotEmpty().isSortedAccordingTo((a, b) -> Long.compare(a[0], b[0]));
        assertThat(heard.getLast()[0]).isPositive().isGreaterThan(heard.getLast()[1] * 9 / 10);
        assertThat(heard).allSatisfy(at -> assertThat(at[0]).isLessThanOrEqualTo(at[1]));

        registry.stop();
        assertThatThrownBy(() -> pull(right, (_, _) -> {})).isInstanceOf(EngineException.Failed.class);
    }
}
