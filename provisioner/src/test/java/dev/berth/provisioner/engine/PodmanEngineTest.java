package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on Podman's service that speaks Docker's API. */
@Tag("docker")
class PodmanEngineTest extends DockerConformance {
    @TempDir
    private static Path dir;

    private static TestDaemon podman;
    private static DockerEngine engine;

    @BeforeAll
    static void start() throws IOException {
        podman = TestDaemon.podman(dir);
        TestImages.busybox(podman.host());
        engine = TestEngines.at(podman.host(), "berth-test-podman", "127.0.0.1:9");
    }

    @AfterAll
    static void stop() throws IOException {
        if (engine != null) {
            engine.close();
        }
        if (podman != null) {
            podman.close();
        }
    }

    @Override
    DockerEngine engine() {
        return engine;
    }

    @Override
    boolean resizes() {
        return false;
    }

    @Override
    boolean cutsEvenly() {
        return false;
    }

    @Override
    boolean networksGoFirst() {
        return false;
    }

    @Override
    boolean remembersErrors() {
        return false;
    }

    @Test
    void saysThatItIsPodman() {
        assertThat(engine.info().findings()).anyMatch(finding -> finding.contains("Podman"));
    }

    @Test
    void theBoundaryIsThatOfDockerSeenFromWithin() {
        ContainerSpec spec = specOf(
                engine.image(TestImages.BUSYBOX).orElseThrow(),
                List.of(
                        "/bin/sh",
                        "-c",
                        "grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status;"
                                + " touch /x 2>/dev/null && echo wrote /x; touch /tmp/x && echo wrote /tmp/x;"
                                + " i=0; while [ $i -lt 600 ]; do sleep 60 & i=$((i+1)); done 2>&1 | head -1"),
                ContainerSpec.Start.USUAL);
        engine.create(spec);
        try {
            engine.start(spec.name());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !engine.inspect(spec.name()).orElseThrow().running());
            List<String> lines = new ArrayList<>();
            engine.logs(spec.name(), new LogQuery(null, null, false), line -> lines.add(line.text()));
            assertThat(lines)
                    .contains(
                            "wrote /tmp/x",
                            "CapEff:\t0000000000000000",
                            "CapBnd:\t0000000000000000",
                            "NoNewPrivs:\t1",
                            "Seccomp:\t2")
                    .contains("Uid:\t65532\t65532\t65532\t65532")
                    .doesNotContain("wrote /x")
                    .anyMatch(line -> line.contains("fork"));
        } finally {
            engine.kill(spec.name());
            await().until(() -> !engine.inspect(spec.name()).orElseThrow().running());
            engine.remove(spec.name());
        }
    }
}
