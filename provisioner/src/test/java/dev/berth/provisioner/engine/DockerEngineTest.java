package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real Docker Engine, and what only a real one can show. */
@Tag("docker")
class DockerEngineTest extends DockerConformance {
    static final String INSTALLATION = "berth-test-engine";

    private static DockerEngine engine;

    @BeforeAll
    static void connect() {
        TestImages.busybox();
        engine = TestEngines.docker(INSTALLATION, "127.0.0.1:9");
    }

    @AfterAll
    static void disconnect() throws IOException {
        engine.close();
    }

    @Override
    DockerEngine engine() {
        return engine;
    }

    private ContainerSpec shell(EngineImage image, String script, ContainerSpec.Start start) {
        return specOf(image, List.of("/bin/sh", "-c", script), start);
    }

    private void end(ContainerSpec spec) {
        engine.kill(spec.name());
        await().until(() -> !engine.inspect(spec.name()).orElseThrow().running());
        engine.remove(spec.name());
    }

    @Test
    void asksAProgramToEndWithItsOwnSignalAndRunsItWhereAndAsWhomItsOwnerSays() {
        ContainerSpec spec = shell(
                engine.image(TestImages.BUSYBOX).orElseThrow(),
                "trap 'exit 42' INT; trap '' TERM; while :; do sleep 0.1; done",
                new ContainerSpec.Start("/tmp", "1234:5678", "SIGINT", false));
        engine.create(spec);
        try {
            engine.start(spec.name());
            assertThat(engine.exec(spec.name(), List.of("/bin/sh", "-c", "id -u; id -g; pwd"), Duration.ofSeconds(5))
                            .output())
                    .isEqualTo("1234\n5678\n/tmp\n");
            Seen seen = engine.inspect(spec.name()).orElseThrow();
            assertThat(seen.stopSignal()).isEqualTo("SIGINT");
            engine.stop(spec.name(), "SIGTERM");
            assertThat(engine.inspect(spec.name()).orElseThrow().running()).isTrue();
            await().until(() -> {
                engine.stop(spec.name(), seen.stopSignal());
                return !engine.inspect(spec.name()).orElseThrow().running();
            });
            assertThat(engine.inspect(spec.name()).orElseThrow().exitCode()).isEqualTo(42);
        } finally {
            end(spec);
        }
    }

    @Test
    void asksAProgramToEndWithTheSignalOfItsImage() {
        String name = "berth-test/quits:1";
        TestImages.load(name, Map.of("StopSignal", "QUIT"));
        ContainerSpec spec = shell(
                engine.image(name).orElseThrow(),
                "trap 'exit 42' QUIT; trap '' TERM; while :; do sleep 0.1; done",
                ContainerSpec.Start.USUAL);
        engine.create(spec);
        try {
            engine.start(spec.name());
            await().until(() -> {
                Seen seen = engine.inspect(spec.name()).orElseThrow();
                engine.stop(spec.name(), seen.stopSignal());
                return !engine.inspect(spec.name()).orElseThrow().running();
            });
            Seen seen = engine.inspect(spec.name()).orElseThrow();
            assertThat(seen.stopSignal()).isEqualTo("SIGQUIT");
            assertThat(seen.exitCode()).isEqualTo(42);
        } finally {
            end(spec);
        }
    }

    @Test
    void opensATerminalThatHearsKnowsItsSizeAndSaysHowItEnded() throws Exception {
        ContainerSpec spec = spec(Behaviour.SERVER);
        engine.create(spec);
        List<String> said = new CopyOnWriteArrayList<>();
        try {
            engine.start(spec.name());
            try (Terminal terminal = engine.terminal(
                    spec.name(),
                    new TerminalSpec(List.of("/bin/sh"), true, 101, 33),
                    bytes -> said.add(new String(bytes, StandardCharsets.UTF_8)))) {
                terminal.write("stty size; echo $((6*7))\n".getBytes(StandardCharsets.UTF_8));
                await().until(() -> String.join("", said).contains("33 101")
                        && String.join("", said).contains("42"));
                terminal.resize(90, 20);
                terminal.write("stty size\n".getBytes(StandardCharsets.UTF_8));
                await().until(() -> String.join("", said).contains("20 90"));
                terminal.write("exit 7\n".getBytes(StandardCharsets.UTF_8));
                assertThat(terminal.exit().get(10, TimeUnit.SECONDS)).isEqualTo(7);
            }
            said.clear();
            try (Terminal plain = engine.terminal(
                    spec.name(),
                    new TerminalSpec(List.of("/bin/sh", "-c", "read line; echo \"<$line>\"; exit 3"), false, 80, 24),
                    bytes -> said.add(new String(bytes, StandardCharsets.UTF_8)))) {
                plain.write("as it is\n".getBytes(StandardCharsets.UTF_8));
                assertThat(plain.exit().get(10, TimeUnit.SECONDS)).isEqualTo(3);
                assertThat(String.join("", said)).isEqualTo("<as it is>\n");
            }
            Terminal left = engine.terminal(spec.name(), new TerminalSpec(List.of("/bin/sh"), true, 80, 24), _ -> {});
            assertThatThrownBy(() ->
                            left.exit().orTimeout(1, TimeUnit.MILLISECONDS).join())
                    .hasCauseInstanceOf(TimeoutException.class);
            left.close(); // who gave up to wait does not keep it from being told to end
            left.exit().get(10, TimeUnit.SECONDS);
            await().until(() -> !engine.exec(spec.name(), List.of("/bin/ps"), Duration.ofSeconds(5))
                    .output()
                    .contains("{sh} /bin/sh\n"));
        } finally {
            end(spec);
        }
    }

    @Test
    void negotiatesAVersionOfTheApiThatBothKnow() {
        assertThat(engine.info().apiVersion()).matches("1\\.[0-9]+");
    }

    @Test
    void findsAnImageByItsWholeNameOrWholeIdOnly() {
        String id = engine.image(TestImages.BUSYBOX).orElseThrow().id();
        assertThat(engine.image(id)).isPresent();
        String hex = id.substring("sha256:".length());
        for (String part : List.of(hex, hex.substring(0, 2), hex.substring(0, 12), "sha256:" + hex.substring(0, 12))) {
            assertThat(engine.image(part)).as(part).isEmpty();
            assertThat(ImageReference.parse(part).flatMap(whole -> engine.image(whole.toString())))
                    .as("%s as a name", part)
                    .isEmpty();
        }
    }

    @Test
    void saysThatAnImageCannotBeFetched() {
        assertThatThrownBy(() -> engine.pull(
                        new PullOrder("127.0.0.1:9/berth-test/none:1", null, Duration.ofSeconds(20), (_, _) -> {})))
                .isInstanceOfAny(EngineException.Failed.class, EngineException.Missing.class);
        assertThatThrownBy(() -> engine.pull(new PullOrder("No Reference", null, Duration.ofSeconds(20), (_, _) -> {})))
                .isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void doesNotHangOnAnEngineThatDoesNotAnswer(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("docker.sock");
        try (ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket))) {
            assertThat(server.isOpen()).isTrue();
            DockerCalls calls = new DockerCalls("unix://" + socket, new SimpleMeterRegistry());
            long begun = System.nanoTime();
            assertThatThrownBy(() -> calls.call(
                            "info",
                            Duration.ofMillis(700),
                            client -> client.infoCmd().exec()))
                    .isInstanceOf(EngineException.Away.class)
                    .hasMessageContaining("did not answer 'info' within 700 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            calls.close();
        }
    }

    @Test
    void howeverManyOutputsAreFollowedTheEngineIsAsked() throws Exception {
        ContainerSpec spec = spec(Behaviour.SERVER);
        engine.create(spec);
        engine.start(spec.name());
        DockerCalls calls = new DockerCalls(TestImages.host(), new SimpleMeterRegistry(), 2);
        DockerStreams streams = new DockerStreams(calls, INSTALLATION);
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            readers.add(Thread.ofVirtual()
                    .start(() -> streams.logs(spec.name(), new LogQuery(null, null, true), line -> {})));
        }
        await().until(() -> readers.stream().allMatch(reader -> reader.getState() == Thread.State.WAITING));
        for (int i = 0; i < 5; i++) {
            String name = calls.call(
                    "info",
                    Duration.ofSeconds(5),
                    client -> client.infoCmd().exec().getName());
            assertThat(name).isNotEmpty();
        }
        for (Thread reader : readers) {
            reader.interrupt();
            reader.join();
        }
        calls.close();
        engine.kill(spec.name());
        await().until(() -> !engine.inspect(spec.name()).orElseThrow().running());
        engine.remove(spec.name());
    }

    @Test
    void saysThatAnEngineIsNotThere(@TempDir Path directory) throws IOException {
        DockerCalls calls = new DockerCalls("unix://" + directory.resolve("none.sock"), new SimpleMeterRegistry());
        assertThatThrownBy(() -> calls.call(
                        "info",
                        Duration.ofSeconds(5),
                        client -> client.infoCmd().exec()))
                .isInstanceOf(EngineException.Away.class)
                .hasMessageContaining("could not be reached");
        calls.close();
    }
}
