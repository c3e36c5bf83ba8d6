package dev.berth.provisioner.engine;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * A Docker daemon, or Podman's service, of a test's own, with its data, its runtime and its network apart from those of the machine's: a
 * daemon without a default bridge removes the one it finds, which is the machine's own. Needs root.
 */
final class TestDaemon implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(30);

    /**
     * Runs what follows where nobody sees a second cgroup hierarchy beside those of version 1: crun does not run where that has
     * controllers. For this daemon and its containers only.
     */
    private static final String WITHOUT_HYBRID =
            "if [ -e /sys/fs/cgroup/unified ]; then umount /sys/fs/cgroup/unified; fi; exec \"$0\" \"$@\"";

    private final Process process;
    private final String host;

    private TestDaemon(Process process, String host) {
        this.process = process;
        this.host = host;
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param dir where all it has is kept
     * @param runtime a program that is installed
     * @throws IllegalStateException if a part is missing, or it does not answer in time
     */
    static TestDaemon dockerd(Path dir, String runtime) throws IOException {
        return dockerd(dir, runtime, "--add-runtime", runtime + "=" + program(runtime), "--default-runtime", runtime);
    }

    /** One in whose containers root is nobody on the host, as {@link #dockerd(Path, String)}. */
    static TestDaemon remapped(Path dir) throws IOException {
        return dockerd(dir, "remap", "--userns-remap", "default");
    }

    private static TestDaemon dockerd(Path dir, String name, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program("dockerd").toString(),
                "--host",
                host(dir),
                "--data-root",
                dir.resolve("data").toString(),
                "--exec-root",
                dir.resolve("exec").toString(),
                "--pidfile",
                dir.resolve("pid").toString(),
                "--containerd-namespace",
                "berth-test-" + name,
                "--containerd-plugins-namespace",
                "berth-test-plugins-" + name,
                "--bridge",
                "none",
                "--iptables=false"));
        command.addAll(List.of(more));
        return start(dir, command);
    }

    /** Podman's service that speaks Docker's API, as {@link #dockerd(Path, String)}. */
    static TestDaemon podman(Path dir) throws IOException {
        return start(
                dir,
                List.of(
                        program("podman").toString(),
                        "--root",
                        dir.resolve("data").toString(),
                        "--runroot",
                        dir.resolve("run").toString(),
                        "--tmpdir",
                        dir.resolve("tmp").toString(),
                        "--network-config-dir",
                        dir.resolve("networks").toString(),
                        "--runtime",
                        program("crun").toString(),
                        "--cgroup-manager",
                        "cgroupfs",
                        "--events-backend",
                        "file",
                        "system",
                        "service",
                        "--time",
                        "0",
                        host(dir)));
    }

    private static String host(Path dir) {
        return "unix://" + dir.resolve("engine.sock");
    }

    private static TestDaemon start(Path dir, List<String> daemon) throws IOException {
        Path log = dir.resolve("engine.log");
        List<String> command =
                new ArrayList<>(List.of(program("unshare").toString(), "--mount", "--net", "sh", "-c", WITHOUT_HYBRID));
        command.addAll(daemon);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        TestDaemon started = new TestDaemon(process, host(dir));
        try {
            await().atMost(START).failFast("it ended", () -> !process.isAlive()).until(started::answers);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            started.close();
            List<String> lines = Files.readAllLines(log);
            throw new IllegalStateException(
                    "%s did not start (it needs root): %s"
                            .formatted(daemon.getFirst(), lines.subList(Math.max(0, lines.size() - 10), lines.size())),
                    e);
        }
        return started;
    }

    /** Where it listens. */
    String host() {
        return host;
    }

    private boolean answers() throws IOException {
        try (DockerClient client = TestImages.client(host)) {
            client.pingCmd().exec();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static Path program(String name) {
        return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "this test needs %s: apt-get install docker.io crun podman".formatted(name)));
    }

    /** Ends it, and what it started. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
