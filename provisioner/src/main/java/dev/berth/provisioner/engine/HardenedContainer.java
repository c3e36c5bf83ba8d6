package dev.berth.provisioner.engine;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.LogConfig.LoggingType;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import java.util.List;
import java.util.Map;

/**
 * The boundary around a tenant's container, in Docker's terms: {@code HostConfig} from typed fields only, with every field that
 * weakens isolation left at nothing. Docker's default seccomp profile stays on. See the Docker Engine API, {@code ContainerCreate}.
 *
 * <p>What this does not do: output is bounded in size but not in rate, so a container that floods it makes the engine work outside
 * the container's own limits. A writable root is bounded by the storage driver where that can; elsewhere only by being looked at
 * from time to time, so a burst between two looks gets through, and so do very many empty files.
 */
final class HardenedContainer {
    private static final long MIB = 1L << 20;

    /** What root of a machine may: be several users, own files of all of them, end their processes, listen on low ports. */
    private static final Capability[] MACHINE = {
        Capability.CHOWN,
        Capability.DAC_OVERRIDE,
        Capability.FOWNER,
        Capability.KILL,
        Capability.NET_BIND_SERVICE,
        Capability.SETGID,
        Capability.SETUID
    };

    /**
     * Where a container of internal networks asks for names that are not in them: itself, so in vain. With none said, engines before
     * 25.0.5 ask the host's own resolver on its behalf, which lets data out through names (CVE-2024-29018).
     */
    private static final String NO_RESOLVER = "127.0.0.1";

    private final EngineProperties properties;

    HardenedContainer(EngineProperties properties) {
        this.properties = properties;
    }

    /**
     * What an engine has.
     *
     * @param logDriver {@code local} where it has that
     * @param quota whether its storage driver can limit a writable root
     */
    record Means(LoggingType logDriver, boolean quota, Dialect dialect) {}

    /** Fills in a create call. */
    CreateContainerCmd apply(CreateContainerCmd create, ContainerSpec spec, Means means) {
        Labels.Root root =
                spec.readOnlyRoot() ? Labels.Root.READ_ONLY : means.quota() ? Labels.Root.LIMITED : Labels.Root.WATCHED;
        create.withName(spec.name())
                .withHostName(spec.hostname())
                .withAliases(spec.aliases())
                .withUser(runsAs(spec))
                .withEnv(spec.env().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList())
                .withLabels(Labels.of(properties.installation(), spec, root))
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withStopSignal(spec.stopSignal())
                .withTty(spec.start().tty())
                .withStdinOpen(spec.start().stdin())
                .withStdInOnce(false)
                .withHostConfig(hostConfig(spec, means, root));
        String address = spec.home().address();
        if (address != null) {
            create.withIpv4Address(address);
        }
        String workingDir = spec.start().workingDir();
        if (workingDir != null) {
            create.withWorkingDir(workingDir);
        }
        if (!spec.command().isEmpty()) {
            create.withEntrypoint(spec.command());
        }
        if (!spec.args().isEmpty()) {
            create.withCmd(spec.args());
        }
        return create;
    }

    private HostConfig hostConfig(ContainerSpec spec, Means means, Labels.Root root) {
        long memory = spec.size().memoryMib().bytes();
        HostConfig config = HostConfig.newHostConfig()
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withMemory(memory)
                .withMemorySwap(memory)
                .withNanoCPUs(nanoCpus(spec.size()))
                .withPidsLimit((long) properties.pidsLimit())
                .withUlimits(means.dialect()
                        .ulimits(
                                new Ulimit("nofile", (long) properties.openFilesLimit(), (long)
                                        properties.openFilesLimit()),
                                new Ulimit("core", 0L, 0L),
                                new Ulimit("memlock", 64 * 1024L, 64 * 1024L)))
                .withOomScoreAdj(properties.oomScore())
                .withOomKillDisable(false)
                .withIpcMode("none")
                .withCgroupnsMode("private")
                .withInit(spec.start().machine())
                .withAutoRemove(false)
                .withPublishAllPorts(false)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withReadonlyRootfs(spec.readOnlyRoot())
                .withTmpFs(means.dialect().tmpfs(ImagePolicy.tmpfs(spec, runsAs(spec))))
                .withMounts(spec.mounts().stream().map(HardenedContainer::mount).toList())
                .withNetworkMode(spec.home().network())
                .withLogConfig(new LogConfig(
                        means.dialect().logDriver(means.logDriver()),
                        Map.of(
                                "max-size",
                                properties.logFileMib() * MIB + "b",
                                "max-file",
                                Integer.toString(properties.logFiles()))));
        if (spec.home().sealed()) {
            config.withDns(NO_RESOLVER);
        }
        if (spec.start().machine()) {
            config.withCapAdd(MACHINE);
        }
        if (root == Labels.Root.LIMITED) {
            config.withStorageOpt(Map.of("size", properties.writableRootMib() * MIB + "b"));
        }
        if (!properties.runtime().isEmpty()) {
            config.withRuntime(properties.runtime());
        }
        return config;
    }

    /** No mount of the host reaches into the container after its start, and none of the container's reaches out. */
    private static Mount mount(ContainerSpec.Mount mount) {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(mount.source())
                .withTarget(mount.target())
                .withReadOnly(mount.readOnly())
                .withBindOptions(new BindOptions().withPropagation(BindPropagation.R_PRIVATE));
    }

    private static String runsAs(ContainerSpec spec) {
        return ImagePolicy.userOf(spec.image(), spec.start());
    }

    static long nanoCpus(Size size) {
        return size.cpuMillis().value() * 1_000_000L;
    }
}
