package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.berth.provisioner.tenant.Tenant;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a tenant writes, in a wish or in an image, never reaches the host's side of a container. */
@Tag("docker")
class HardenedContainerTest {
    private static final String HOSTILE = "berth-test/hostile:1";
    private static final AccountId ACCOUNT = AccountId.next();
    private static final String NETWORK = Tenant.networkOf(ACCOUNT);

    private static DockerEngine engine;
    private static DockerClient docker;
    private final List<String> made = new ArrayList<>();

    @BeforeAll
    static void connect() {
        TestImages.busybox();
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("User", "admin");
        config.put("Volumes", Map.of("/data", Map.of(), "/var/lib/thing/", Map.of()));
        config.put("Healthcheck", Map.of("Test", List.of("CMD-SHELL", "yes > /dev/null"), "Interval", 1_000_000_000L));
        config.put("StopSignal", "SIGKILL");
        config.put("ExposedPorts", Map.of("22/tcp", Map.of()));
        config.put(
                "Labels",
                Map.of(
                        "dev.berth.installation",
                        "another",
                        "dev.berth.container",
                        ContainerId.next().toString(),
                        "dev.berth.account",
                        AccountId.next().toString(),
                        "com.docker.swarm.task",
                        "x"));
        config.put("Entrypoint", List.of("/bin/sh", "-c", "echo from the image"));
        config.put("WorkingDir", "/data");
        TestImages.load(HOSTILE, config);
        engine = TestEngines.docker(DockerEngineTest.INSTALLATION);
        docker = TestImages.client();
        engine.createNetwork(new NetworkSpec(NETWORK, ACCOUNT, TestEngines.subnet(), false));
    }

    @AfterAll
    static void disconnect() throws IOException {
        engine.removeNetwork(NETWORK);
        docker.removeImageCmd(HOSTILE).withForce(true).exec();
        docker.close();
        engine.close();
    }

    @AfterEach
    void removeContainers() {
        for (String name : made) {
            engine.kill(name);
            await().until(() ->
                    engine.inspect(name).map(seen -> !seen.running()).orElse(true));
            engine.remove(name);
        }
    }

    private ContainerSpec spec(String image, boolean readOnly, String... script) {
        return new ContainerSpec(
                ContainerId.next(),
                ACCOUNT,
                WorkloadId.next(),
                "web-1",
                List.of("web", "web-1"),
                engine.image(image).orElseThrow(),
                script.length == 0 ? List.of() : List.of("/bin/sh", "-c"),
                List.of(script),
                Map.of(
                        "PATH", "/bin",
                        "LD_PRELOAD", "/evil.so\nPRIVILEGED=1",
                        "--privileged", "true",
                        "DOCKER_HOST", "unix:///var/run/docker.sock"),
                Size.of(250, 64),
                readOnly,
                ContainerSpec.Start.USUAL,
                List.of(),
                ContainerSpec.Home.in(NETWORK));
    }

    private InspectContainerResponse create(ContainerSpec spec) {
        engine.create(spec);
        made.add(spec.name());
        return docker.inspectContainerCmd(spec.name()).exec();
    }

    private List<String> output(ContainerSpec spec) {
        create(spec);
        engine.start(spec.name());
        await().until(() -> !engine.inspect(spec.name()).orElseThrow().running());
        List<String> lines = new ArrayList<>();
        engine.logs(spec.name(), new LogQuery(null, null, false), line -> lines.add(line.text()));
        return lines;
    }

    @Test
    void givesNothingOfTheHostAway() {
        ContainerSpec spec = spec(HOSTILE, true);
        InspectContainerResponse container = create(spec);
        HostConfig host = container.getHostConfig();

        assertThat(host.getPrivileged()).isFalse();
        assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
        assertThat(host.getCapAdd()).isNullOrEmpty();
        assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
        assertThat(host.getBinds()).isNullOrEmpty();
        assertThat(host.getMounts()).isNullOrEmpty();
        assertThat(host.getVolumesFrom()).isNullOrEmpty();
        assertThat(host.getDevices()).isNullOrEmpty();
        assertThat(host.getDeviceRequests()).isNullOrEmpty();
        assertThat(host.getDeviceCgroupRules()).isNullOrEmpty();
        assertThat(host.getSysctls()).isNullOrEmpty();
        assertThat(host.getGroupAdd()).isNullOrEmpty();
        assertThat(host.getExtraHosts()).isNullOrEmpty();
        assertThat(host.getDns()).isNullOrEmpty();
        assertThat(host.getLinks()).isNullOrEmpty();
        assertThat(host.getCgroupParent()).isNullOrEmpty();
        assertThat(host.getPidMode()).isNullOrEmpty();
        assertThat(host.getUtSMode()).isNullOrEmpty();
        assertThat(host.getUsernsMode()).isNullOrEmpty();
        assertThat(host.getIpcMode()).isEqualTo("none");
        assertThat(host.getCgroupnsMode()).isEqualTo("private");
        assertThat(host.getNetworkMode()).isEqualTo(NETWORK);
        assertThat(host.getPublishAllPorts()).isFalse();
        assertThat(
                        host.getPortBindings() == null
                                ? Map.of()
                                : host.getPortBindings().getBindings())
                .isEmpty();
        assertThat(host.getRestartPolicy().getName()).isIn("no", "");
        assertThat(host.getAutoRemove()).isFalse();
        assertThat(host.getInit()).isFalse();
        assertThat(host.getReadonlyRootfs()).isTrue();
    }

    @Test
    void limitsWhatItMayUse() {
        HostConfig host = create(spec(HOSTILE, true)).getHostConfig();
        assertThat(host.getMemory()).isEqualTo(64L << 20);
        assertThat(host.getMemorySwap()).isEqualTo(64L << 20);
        assertThat(host.getNanoCPUs()).isEqualTo(250_000_000L);
        assertThat(host.getPidsLimit()).isEqualTo(512L);
        assertThat(host.getOomScoreAdj()).isEqualTo(500);
        assertThat(host.getOomKillDisable()).isNotEqualTo(true);
        Map<String, List<Long>> ulimits = java.util.Arrays.stream(host.getUlimits())
                .collect(Collectors.toMap(
                        limit -> limit.getName(), limit -> List.of(limit.getSoftLong(), limit.getHardLong())));
        assertThat(ulimits)
                .containsEntry("nofile", List.of(16384L, 16384L))
                .containsEntry("core", List.of(0L, 0L))
                .containsEntry("memlock", List.of(65536L, 65536L));
        assertThat(host.getLogConfig().getConfig())
                .containsEntry("max-file", "2")
                .containsKey("max-size");
        assertThat(host.getTmpFs()).containsOnlyKeys("/tmp", "/run", "/data", "/var/lib/thing");
        assertThat(host.getTmpFs().values())
                .allSatisfy(options -> assertThat(options).contains("noexec,nosuid,nodev,size=", "nr_inodes="));
    }

    @Test
    void overridesWhatTheImageSaysOfItself() {
        ContainerSpec spec = spec(HOSTILE, true, "true");
        InspectContainerResponse container = create(spec);
        assertThat(container.getName()).isEqualTo("/" + spec.name());
        assertThat(container.getConfig().getUser()).isEqualTo(ImagePolicy.NOBODY);
        assertThat(container.getConfig().getHealthcheck().getTest()).containsExactly("NONE");
        assertThat(container.getConfig().getLabels())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Labels.INSTALLATION,
                        DockerEngineTest.INSTALLATION,
                        Labels.ACCOUNT,
                        ACCOUNT.toString(),
                        Labels.WORKLOAD,
                        spec.workload().toString(),
                        Labels.CONTAINER,
                        spec.container().toString(),
                        Labels.ROOT,
                        "read_only",
                        Labels.STOP_SIGNAL,
                        "SIGTERM",
                        "com.docker.swarm.task",
                        ""));
        assertThat(container.getConfig().getEntrypoint()).containsExactly("/bin/sh", "-c");
        assertThat(container.getConfig().getHostName()).isEqualTo("web-1");
        assertThat(container.getConfig().getImage()).isEqualTo(spec.image().id());
        assertThat(container.getConfig().getTty()).isFalse();
        assertThat(container.getRawValues()).isNotNull();
        assertThat(container.getNetworkSettings().getNetworks()).containsOnlyKeys(NETWORK);
        assertThat(container.getNetworkSettings().getNetworks().get(NETWORK).getAliases())
                .contains("web", "web-1");
        assertThat(container.getMounts()).isEmpty();
    }

    @Test
    void runsWithoutPrivilegesInside() {
        List<String> lines = output(spec(HOSTILE, true, """
                id -u; id -g
                grep -E '^(CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
                touch /etc/x 2>&1; mount -t tmpfs none /tmp 2>&1
                touch /data/ok /var/lib/thing/ok /tmp/ok /run/ok && echo writable
                grep -c ' /data tmpfs ' /proc/mounts
                cat /proc/self/oom_score_adj; hostname
                """));
        assertThat(lines).startsWith("65532", "65532");
        assertThat(lines)
                .contains("CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "CapBnd:\t0000000000000000")
                .contains("NoNewPrivs:\t1", "Seccomp:\t2", "writable", "1", "500", "web-1");
        assertThat(lines).anyMatch(line -> line.contains("Read-only file system"));
        assertThat(lines).anyMatch(line -> line.contains("mount:"));
    }

    @Test
    void leavesNoVolumeBehind() {
        long before = volumes();
        ContainerSpec spec = spec(HOSTILE, false, "echo x > /data/x; echo y > /var/lib/thing/y");
        output(spec);
        assertThat(volumes()).isEqualTo(before);
    }

    @Test
    void aWritableRootIsLimitedOrWatched() {
        boolean limited = engine.info().findings().stream().noneMatch(finding -> finding.contains("storage driver"));
        ContainerSpec spec = spec(
                TestImages.BUSYBOX,
                false,
                "dd if=/dev/zero of=/tmp/x bs=1048576 count=9 2>/dev/null; echo done; sleep 60");
        ContainerSpec readOnly = spec(TestImages.BUSYBOX, true, "sleep 60");
        create(readOnly);
        engine.start(readOnly.name());
        HostConfig host = create(spec).getHostConfig();
        engine.start(spec.name());
        if (limited) {
            assertThat(host.getStorageOpt()).containsKey("size");
            return;
        }
        assertThat(engine.unlimitedRoots()).contains(spec.container()).doesNotContain(readOnly.container());
        await().until(() -> engine.written(spec.name()).orElseThrow() >= 9 << 20);
        assertThat(engine.written("berth-none")).isEmpty();
    }

    private static long volumes() {
        var volumes = docker.listVolumesCmd().exec().getVolumes();
        return volumes == null ? 0 : volumes.size();
    }

    @Test
    void keepsAnImagesOwnUserWhereItIsNotRoot() {
        assertThat(ImagePolicy.userOf(
                        new EngineImage("x", "1000", List.of(), List.of(), 1, null), ContainerSpec.Start.USUAL))
                .isEqualTo("1000:1000");
        assertThat(ImagePolicy.userOf(
                        new EngineImage("x", "1000:100", List.of(), List.of(), 1, null), ContainerSpec.Start.USUAL))
                .isEqualTo("1000:100");
        assertThat(ImagePolicy.userOf(
                        new EngineImage("x", "1000:0", List.of(), List.of(), 1, null), ContainerSpec.Start.USUAL))
                .isEqualTo("1000:1000");
        for (String hostile :
                List.of("", "0", "00", "root", "0:0", "-1", "4294967296", "1000:root", "nginx", "1 0", "0x0")) {
            assertThat(ImagePolicy.userOf(
                            new EngineImage("x", hostile, List.of(), List.of(), 1, null), ContainerSpec.Start.USUAL))
                    .as("user '%s'", hostile)
                    .isEqualTo(ImagePolicy.NOBODY);
        }
    }

    @Test
    void asksToEndWithTheImagesOwnSignalWhereItIsOneOfTheList() {
        Map<String, String> signals = Map.of(
                "9", "SIGTERM",
                "SIGQUIT", "SIGQUIT",
                "QUIT", "SIGQUIT",
                "3", "SIGQUIT",
                "28", "SIGWINCH",
                "SIGSTOP", "SIGTERM",
                "19", "SIGTERM",
                "SIGRTMIN+3", "SIGTERM",
                "", "SIGTERM",
                "sigquit", "SIGTERM");
        signals.forEach((said, meant) -> {
            EngineImage image = new EngineImage("x", "", List.of(), List.of(), 1, said);
            assertThat(ImagePolicy.signalOf(image, null)).as("'%s'", said).isEqualTo(meant);
            assertThat(ImagePolicy.signalOf(image, "SIGINT")).isEqualTo("SIGINT");
        });
        EngineImage killed = new EngineImage("x", "", List.of(), List.of(), 1, "SIGKILL");
        assertThat(ImagePolicy.signalOf(killed, null)).isEqualTo("SIGTERM");
        assertThat(ImagePolicy.signalOf(killed, "SIGKILL")).isEqualTo("SIGKILL");
        assertThat(ImagePolicy.signalOf(new EngineImage("x", "", List.of(), List.of(), 1, null), null))
                .isEqualTo("SIGTERM");
    }

    @Test
    void hostnameAliasesAndTheAccountsOwnNetworkWork() {
        ContainerSpec server = spec(TestImages.BUSYBOX, true, "while :; do echo hi | nc -l -p 8080; done");
        create(server);
        engine.start(server.name());
        List<String> lines = output(new ContainerSpec(
                ContainerId.next(),
                ACCOUNT,
                WorkloadId.next(),
                "client-1",
                List.of("client"),
                engine.image(TestImages.BUSYBOX).orElseThrow(),
                List.of("/bin/sh", "-c"),
                List.of("for i in 1 2 3 4 5 6 7 8 9 10; do nc -w 2 web-1 8080 < /dev/null && exit 0; sleep 0.3; done"),
                Map.of(),
                Size.of(250, 64),
                true,
                ContainerSpec.Start.USUAL,
                List.of(),
                ContainerSpec.Home.in(NETWORK)));
        assertThat(lines).contains("hi");
    }
}
