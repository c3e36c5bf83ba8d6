package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.testing.TestDebian;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Debian with several daemons as a machine, on an engine in whose containers root is nobody on the host. */
@Tag("docker")
class MachineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path dir;

    private static TestDaemon dockerd;
    private static DockerEngine engine;
    private static DockerClient client;
    private static String network;

    @BeforeAll
    static void start() throws Exception {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x--x"));
        dockerd = TestDaemon.remapped(dir);
        client = TestImages.client(dockerd.host());
        TestDebian.ensure(dockerd.host());
        engine = TestEngines.at(dockerd.host(), "berth-test-machine", "127.0.0.1:9");
        AccountId account = AccountId.next();
        network = "berth-" + account;
        engine.createNetwork(new NetworkSpec(network, account, "10.213.77.0/26", false));
    }

    @AfterAll
    static void stop() throws IOException {
        if (engine != null) {
            engine.removeNetwork(network);
            engine.close();
        }
        if (dockerd != null) {
            dockerd.close();
        }
    }

    private static ContainerSpec machine(String script, List<ContainerSpec.Mount> mounts) {
        return new ContainerSpec(
                ContainerId.next(),
                AccountId.next(),
                WorkloadId.next(),
                "box-1",
                List.of("box", "box-1"),
                engine.image(TestDebian.IMAGE).orElseThrow(),
                List.of("/bin/sh", "-c", script),
                List.of(),
                Map.of(),
                Size.of(1000, 512),
                false,
                new ContainerSpec.Start(null, null, null, true),
                mounts,
                ContainerSpec.Home.in(network));
    }

    private static String run(ContainerSpec spec, String command) throws Exception {
        String id = client.execCreateCmd(spec.name())
                .withCmd("/bin/sh", "-c", command)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        StringBuilder said = new StringBuilder();
        client.execStartCmd(id)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        said.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                    }
                })
                .awaitCompletion(30, TimeUnit.SECONDS);
        return said.toString().strip();
    }

    @Test
    void severalDaemonsRunUnderAnInitThatReapsAndEndsThem() throws Exception {
        Path data = Files.createDirectory(dir.resolve("home"));
        int root = engine.info().root().uid();
        assertThat(root).as("root in a container is another user on the host").isGreaterThan(0);
        Files.setAttribute(data, "unix:uid", root);
        ContainerSpec spec = machine(
                "nginx; cron; trap 'echo ended > /home/end; exit 0' TERM; while :; do sleep 0.2; done",
                List.of(new ContainerSpec.Mount(data.toString(), "/home", false)));
        engine.create(spec);
        try {
            engine.start(spec.name());
            await().atMost(PATIENCE)
                    .until(() -> run(spec, "pgrep -x nginx | wc -l").compareTo("1") > 0);
            assertThat(run(spec, "pgrep -x cron | wc -l")).isEqualTo("1");
            assertThat(run(spec, "cat /proc/1/comm")).contains("init");
            assertThat(run(spec, "id -u")).isEqualTo("0");
            assertThat(
                            run(
                                    spec,
                                    "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/80; cat >&3; head -1 <&3'"))
                    .contains("200 OK");

            assertThat(run(spec, "(sleep 0.1 &) ; sleep 1; ps -eo stat= | grep -c '^Z' || true"))
                    .as("what nobody waits for is reaped")
                    .isEqualTo("0");
            assertThat(
                            run(
                                    spec,
                                    "useradd -m guest && touch /home/guest/a && chown guest /home/guest/a && stat -c %U /home/guest/a && su guest -c 'id -un'"))
                    .isEqualTo("guest\nguest");
            assertThat(Files.getAttribute(data.resolve("guest").resolve("a"), "unix:uid"))
                    .as("and on the host it is nobody")
                    .isEqualTo(root + 1000);

            for (String hostile : List.of(
                    "mount -t tmpfs none /mnt",
                    "mknod /tmp/x b 8 0",
                    "chroot / true",
                    "echo 1 > /proc/sys/kernel/sysrq",
                    "unshare -m true",
                    "cat /proc/kcore | head -c 1 | grep -q .")) {
                assertThat(run(spec, hostile + " && echo done")).as(hostile).doesNotContain("done");
            }
            engine.stop(spec.name(), "SIGTERM");
            await().atMost(PATIENCE)
                    .until(() -> !engine.inspect(spec.name()).orElseThrow().running());
            assertThat(Files.readString(data.resolve("end"))).isEqualTo("ended\n");
        } finally {
            engine.inspect(spec.name()).filter(Seen::running).ifPresent(_ -> engine.kill(spec.name()));
            engine.remove(spec.name());
        }
    }
}
