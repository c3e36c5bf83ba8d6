package dev.berth.walk.compose;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * One part of a Compose file as a container: made with everything that the file says of it, started when it is healthy, or when it
 * has ended well if that is what others wait for. An image that is not on the engine is an error; nothing is pulled.
 */
public final class PartContainer extends GenericContainer<PartContainer> {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final int LAST_LINES = 12;

    private final ComposePart part;
    private final List<Network> networks;

    PartContainer(
            ComposePart part, String project, Path folder, Function<String, Network> networks, boolean endsByItself) {
        super(DockerImageName.parse(part.image()));
        this.part = part;
        this.networks = part.list("networks").stream().map(networks).toList();
        withImagePullPolicy(image -> false);
        withEnv(part.environment());
        withNetwork(this.networks.getFirst());
        withNetworkAliases(part.name());
        withCreateContainerCmdModifier(create -> shape(create, project, folder));
        if (endsByItself) {
            withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(PATIENCE));
        } else {
            waitingFor(new Healthy().withStartupTimeout(PATIENCE));
        }
    }

    /** Asks twice a second: the library's own wait for health asks without a pause, and takes the processors from what is starting. */
    private static final class Healthy extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            Awaitility.await("health")
                    .atMost(startupTimeout)
                    .pollInterval(Duration.ofMillis(500))
                    .failFast("it ended by itself", () -> !waitStrategyTarget.isRunning())
                    .until(waitStrategyTarget::isHealthy);
        }
    }

    /** What the file says of it. */
    public ComposePart part() {
        return part;
    }

    /** What its last health check found and the last lines it said; empty where it was not made, is healthy, or ended well by itself. */
    Optional<String> whyNotWell() {
        if (getContainerId() == null) {
            return Optional.empty();
        }
        ContainerState state = getCurrentContainerInfo().getState();
        HealthState health = state.getHealth();
        boolean ended = health == null && state.getExitCodeLong().equals(0L);
        if (ended || (health != null && health.getStatus().equals("healthy"))) {
            return Optional.empty();
        }
        String found = health == null || health.getLog().isEmpty()
                ? "no health check ended"
                : health.getLog().getLast().getOutput();
        List<String> said = getLogs().lines().toList();
        return Optional.of("%s is %s, ended with %s; health: %s\n%s"
                .formatted(
                        part.name(),
                        state.getStatus(),
                        state.getExitCodeLong(),
                        found.strip(),
                        String.join("\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()))));
    }

    /** Every further network, before it starts: the engine takes one only when a container is made. */
    @Override
    protected void containerIsCreated(String container) {
        for (Network further : networks.subList(1, networks.size())) {
            getDockerClient()
                    .connectToNetworkCmd()
                    .withContainerId(container)
                    .withNetworkId(further.getId())
                    .withContainerNetwork(new ContainerNetwork().withAliases(part.name()))
                    .exec();
        }
    }

    private void shape(CreateContainerCmd create, String project, Path folder) {
        create.withName(project + "_" + part.name())
                .withStopTimeout((int) part.grace().toSeconds());
        part.text("user").ifPresent(create::withUser);
        if (part.has("entrypoint")) {
            create.withEntrypoint(part.list("entrypoint"));
        }
        if (part.has("command")) {
            create.withCmd(part.list("command"));
        }
        part.health()
                .ifPresent(health -> create.withHealthcheck(new HealthCheck()
                        .withTest(health.test())
                        .withInterval(health.interval().toNanos())
                        .withTimeout(health.timeout().toNanos())
                        .withRetries(health.retries())
                        .withStartPeriod(health.startPeriod().toNanos())));
        List<PortBinding> ports =
                part.list("ports").stream().map(PortBinding::parse).toList();
        create.withExposedPorts(ports.stream().map(PortBinding::getExposedPort).toArray(ExposedPort[]::new));
        confine(Objects.requireNonNull(create.getHostConfig()))
                .withPortBindings(ports)
                .withBinds(part.list("volumes").stream()
                        .map(volume -> Bind.parse(source(volume, project, folder)))
                        .toList());
    }

    private HostConfig confine(HostConfig host) {
        host.withCapDrop(capabilities("cap_drop"))
                .withCapAdd(capabilities("cap_add"))
                .withSecurityOpts(part.list("security_opt"))
                .withGroupAdd(part.list("group_add"))
                .withReadonlyRootfs(part.text("read_only").equals(Optional.of("true")))
                .withTmpFs(part.list("tmpfs").stream().collect(Collectors.toMap(path -> path, path -> "")));
        part.bytes("mem_limit").ifPresent(host::withMemory);
        part.bytes("shm_size").ifPresent(host::withShmSize);
        part.text("pids_limit").map(Long::valueOf).ifPresent(host::withPidsLimit);
        return host;
    }

    private Capability[] capabilities(String key) {
        return part.list(key).stream().map(Capability::valueOf).toArray(Capability[]::new);
    }

    /** A volume's name belongs to the project; a path begins at the file's folder. */
    private static String source(String volume, String project, Path folder) {
        String source = volume.substring(0, volume.indexOf(':'));
        String rest = volume.substring(source.length());
        return switch (source.charAt(0)) {
            case '/' -> volume;
            case '.' -> folder.resolve(source).normalize() + rest;
            default -> project + "_" + volume;
        };
    }

    /** Each container is itself only, whatever its settings. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
