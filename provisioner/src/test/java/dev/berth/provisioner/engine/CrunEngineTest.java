package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a Docker Engine whose runtime is crun. */
@Tag("docker")
class CrunEngineTest extends DockerConformance {
    @TempDir
    private static Path dir;

    private static TestDaemon dockerd;
    private static DockerEngine engine;

    @BeforeAll
    static void start() throws IOException {
        dockerd = TestDaemon.dockerd(dir, "crun");
        TestImages.busybox(dockerd.host());
        engine = TestEngines.at(dockerd.host(), "berth-test-crun", "127.0.0.1:9");
    }

    @AfterAll
    static void stop() throws IOException {
        if (engine != null) {
            engine.close();
        }
        if (dockerd != null) {
            dockerd.close();
        }
    }

    @Override
    DockerEngine engine() {
        return engine;
    }

    @Test
    void runsWhatIsMadeHereWithCrun() throws IOException {
        ContainerSpec spec = spec(Behaviour.SERVER);
        engine.create(spec);
        try (DockerClient client = TestImages.client(dockerd.host())) {
            assertThat(client.inspectContainerCmd(spec.name())
                            .exec()
                            .getHostConfig()
                            .getRuntime())
                    .isEqualTo("crun");
        } finally {
            engine.remove(spec.name());
        }
    }
}
