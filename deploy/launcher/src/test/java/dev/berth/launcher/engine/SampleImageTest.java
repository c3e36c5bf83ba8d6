package dev.berth.launcher.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.launcher.machine.DockerHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The sample image and the questions to an engine, on a real Docker Engine. */
@Tag("docker")
class SampleImageTest {
    private final Engine engine = new Engine(DockerHost.LOCAL);

    @Test
    void servesAPageAsAUserWhoIsNotRootOnARootThatNobodyWritesTo() throws Exception {
        SampleImage.ensure(engine, () -> false);
        assertThat(SampleImage.ensure(engine, () -> false)).isEqualTo("there");

        Instant began = Instant.now();
        String name = "berth-launcher-test-" + UUID.randomUUID();
        String id = docker(
                        "run",
                        "-d",
                        "--name",
                        name,
                        "--read-only",
                        "--cap-drop=ALL",
                        "--network=none",
                        SampleImage.NAME)
                .strip();
        try {
            await().untilAsserted(() -> assertThat(docker("exec", name, "wget", "-q", "-O-", "http://127.0.0.1:8080/"))
                    .contains("It runs."));
            assertThat(docker("exec", name, "id", "-u").strip()).isNotEqualTo("0");
            assertThat(docker("exec", name, "sh", "-c", "touch /x 2>&1; sleep 0; echo shell"))
                    .contains("Read-only", "shell");
            assertThat(docker("logs", name)).contains("serving on port 8080");
            docker("stop", "-t", "20", name);

            JsonNode state = engine.inspect(id).orElseThrow().path("State");
            assertThat(state.path("Running").asBoolean()).isFalse();
            assertThat(state.path("ExitCode").asInt())
                    .as("it ends when it is asked to; an older image of this name: docker rmi " + SampleImage.NAME)
                    .isZero();
            Instant finished = Instant.parse(state.path("FinishedAt").asString());
            List<JsonNode> events = engine.events(id, began, Instant.now());
            assertThat(events)
                    .extracting(event -> event.path("Action").asString())
                    .contains("start", "die");
            assertThat(finished).isAfter(began).isBefore(Instant.now().plus(Duration.ofSeconds(1)));
        } finally {
            docker("rm", "-f", name);
        }
        assertThat(engine.inspect(id)).isEmpty();
        assertThat(engine.runningContainers("no-such-installation")).isEmpty();
    }

    @Test
    void findsAndStopsWhatIsFrozenToo() throws Exception {
        SampleImage.ensure(engine, () -> false);
        String name = "berth-launcher-test-" + UUID.randomUUID();
        String label = "dev.berth.installation=" + name;
        String id = docker("run", "-d", "--name", name, "--label", label, "--network=none", SampleImage.NAME)
                .strip();
        try {
            docker("pause", name);
            assertThat(engine.runningContainers(name)).containsExactly(id);
            engine.stop(id, Duration.ofSeconds(20));
            assertThat(engine.runningContainers(name)).isEmpty();
        } finally {
            docker("rm", "-f", name);
        }
    }

    private static String docker(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
