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
 * A Docker daemon of a test's own, with its data, its containerd, its runtime and its network apart from those of the machine's: a daemon
 * without a default bridge removes the one it finds, which is the machine's own. Needs root.
 */
final class TestDockerd implements AutoCloseable {
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

    private TestDockerd(Process process, String host) {
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
    static TestDockerd start(Path dir, String runtime) throws IOException {
        return start(dir, runtime, "--add-runtime", runtime + "=" + program(runtime), "--default-runtime", runtime);
    }

    /** One in whose containers root is nobody on the host, as {@link #start(Path, String)}. */
    static TestDockerd remapped(Path dir) throws IOException {
        return start(dir, "remap", "--userns-remap", "default");
    }

    private static TestDockerd start(Path dir, String name, String... more) throws IOException {
        Path log = dir.resolve("dockerd.log");
        String host = "unix://" + dir.resolve("docker.sock");
        List<String> command = new ArrayList<>(List.of(
                program("unshare").toString(),
                "--mount",
                "--net",
                "sh",
                "-c",
                WITHOUT_HYBRID,
                program("dockerd").toString(),
                "--host",
                host,
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
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        TestDockerd dockerd = new TestDockerd(process, host);
        try {
            await().atMost(START).failFast("it ended", () -> !process.isAlive()).until(dockerd::answers);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            dockerd.close();
            List<String> lines = Files.readAllLines(log);
            throw new IllegalStateException(
                    "a dockerd with %s did not start (it needs root): %s"
                            .formatted(name, lines.subList(Math.max(0, lines.size() - 10), lines.size())),
                    e);
        }
        return dockerd;
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
                        "this test needs %s: apt-get install docker.io crun".formatted(name)));
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
