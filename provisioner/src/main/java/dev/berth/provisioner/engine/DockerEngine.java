package dev.berth.provisioner.engine;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.LogConfig.LoggingType;
import dev.berth.schema.id.ContainerId;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The Docker Engine, API 1.41 and newer, on cgroup v1 or v2. Thread-safe. */
@Component
final class DockerEngine implements ContainerEngine, AutoCloseable {
    private static final Duration QUICK = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration SLOW = Duration.ofSeconds(60);

    private final EngineProperties properties;
    private final DockerCalls calls;
    private final DockerLook look;
    private final DockerStreams streams;
    private final DockerImages images;
    private final HardenedContainer hardened;
    private final DockerNetworks networks;
    private volatile LoggingType logDriver = LoggingType.LOCAL;
    private volatile boolean rootQuota;
    private volatile @Nullable String driver;

    @Autowired
    DockerEngine(EngineProperties properties, ImageProperties images, MeterRegistry meters) {
        this.properties = properties;
        this.calls = new DockerCalls(properties.dockerHost(), meters);
        this.look = new DockerLook(calls, properties.installation());
        this.streams = new DockerStreams(calls, properties.installation());
        this.images = new DockerImages(calls, streams, images);
        this.hardened = new HardenedContainer(properties);
        this.networks = new DockerNetworks(calls, properties);
    }

    @Override
    public EngineInfo info() {
        try {
            Info info = calls.call("info", QUICK, client -> client.infoCmd().exec());
            String api = calls.call(
                            "version", QUICK, client -> client.versionCmd().exec())
                    .getApiVersion();
            List<String> drivers = info.getPlugins() == null
                    ? List.of()
                    : Objects.requireNonNullElse(info.getPlugins().get("Log"), List.<String>of());
            if (!Objects.equals(driver, info.getDriver())) {
                driver = info.getDriver();
                rootQuota = StorageQuota.possible(info);
            }
            logDriver = drivers.isEmpty() || drivers.contains("local") ? LoggingType.LOCAL : LoggingType.JSON_FILE;
            String name = Objects.requireNonNullElse(info.getName(), "engine");
            return new EngineInfo(
                    Objects.requireNonNullElse(info.getId(), name),
                    name,
                    Objects.requireNonNullElse(info.getServerVersion(), ""),
                    Objects.requireNonNullElse(api, ""),
                    Objects.requireNonNullElse(info.getNCPU(), 1),
                    (int) (Objects.requireNonNullElse(info.getMemTotal(), 0L) >> 20),
                    OffsetDateTime.parse(info.getSystemTime()).toInstant().truncatedTo(ChronoUnit.MILLIS),
                    HostBoot.of(properties.dockerHost()),
                    RemappedUsers.root(info),
                    findings(info));
        } catch (EngineException e) {
            calls.forget();
            throw e;
        }
    }

    private List<String> findings(Info info) {
        List<String> findings = new ArrayList<>();
        if (Boolean.FALSE.equals(info.getMemoryLimit())) {
            findings.add("the kernel does not limit memory: enable the memory cgroup");
        }
        if (Boolean.FALSE.equals(info.getSwapLimit())) {
            findings.add("the kernel does not account for swap: containers may swap beyond their memory;"
                    + " boot with swapaccount=1 or switch swap off");
        }
        List<String> security = Objects.requireNonNullElse(info.getSecurityOptions(), List.<String>of());
        if (security.stream().noneMatch(option -> option.contains("seccomp"))) {
            findings.add("the engine runs without seccomp");
        }
        if (security.stream().noneMatch(option -> option.contains("userns") || option.contains("rootless"))) {
            findings.add("userns-remap is off: set \"userns-remap\": \"default\" in the engine's daemon.json");
        }
        if (!rootQuota) {
            findings.add(StorageQuota.finding(info, properties.writableRootMib()));
        }
        findings.addAll(calls.dialect().findings());
        if (logDriver != LoggingType.LOCAL) {
            findings.add("the engine has no 'local' log driver; json-file is used");
        }
        networks.finding().ifPresent(findings::add);
        return findings;
    }

    @Override
    public List<EngineNetwork> networks() {
        return networks.list();
    }

    @Override
    public Optional<EngineNetwork> network(String name) {
        return networks.find(name);
    }

    @Override
    public String createNetwork(NetworkSpec spec) {
        return networks.create(spec);
    }

    @Override
    public void removeNetwork(String name) {
        networks.remove(name);
    }

    @Override
    public void connect(String name, String network, List<String> aliases, @Nullable String address) {
        networks.connect(name, network, aliases, address);
    }

    @Override
    public Optional<EngineImage> image(String reference) {
        return images.find(reference);
    }

    @Override
    public Pulled pull(PullOrder order) {
        return images.pull(order);
    }

    @Override
    public Map<String, Long> imageBytes() {
        return images.bytes();
    }

    @Override
    public boolean removeImage(String id) {
        return images.remove(id);
    }

    @Override
    public String create(ContainerSpec spec) {
        boolean quota = rootQuota;
        try {
            return create(spec, quota);
        } catch (EngineException.Refused | EngineException.Failed e) {
            if (!quota || spec.readOnlyRoot() || !StorageQuota.refused(e)) {
                throw e;
            }
            rootQuota = false;
            return create(spec, false);
        }
    }

    private String create(ContainerSpec spec, boolean quota) {
        return calls.call(
                "create",
                SLOW,
                client -> hardened.apply(
                                client.createContainerCmd(spec.image().id()),
                                spec,
                                new HardenedContainer.Means(logDriver, quota, calls.dialect()))
                        .exec()
                        .getId());
    }

    @Override
    public void start(String name) {
        calls.call("start", SLOW, client -> {
            try {
                client.startContainerCmd(name).exec();
            } catch (NotModifiedException e) {
                return false;
            }
            return true;
        });
    }

    @Override
    public Optional<Seen> inspect(String name) {
        return look.inspect(name);
    }

    @Override
    public List<Listed> list() {
        return look.list();
    }

    @Override
    public List<ContainerId> unlimitedRoots() {
        return calls
                .call(
                        "list",
                        LOOK,
                        client -> client.listContainersCmd()
                                .withLabelFilter(Map.of(
                                        Labels.INSTALLATION,
                                        properties.installation(),
                                        Labels.ROOT,
                                        Labels.Root.WATCHED.text()))
                                .exec())
                .stream()
                .map(container -> Labels.containerOf(container.getLabels(), properties.installation()))
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public OptionalLong written(String name) {
        try {
            Long bytes = calls.call(
                    "written",
                    SLOW,
                    client -> client.inspectContainerCmd(name)
                            .withSize(true)
                            .exec()
                            .getSizeRw());
            return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
        } catch (EngineException.Missing e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void stop(String name, String signal) {
        signal("stop", name, signal);
    }

    @Override
    public void kill(String name) {
        signal("kill", name, "SIGKILL");
    }

    private void signal(String verb, String name, String signal) {
        try {
            calls.call(
                    verb,
                    LOOK,
                    client -> client.killContainerCmd(name).withSignal(signal).exec());
        } catch (EngineException.Missing | EngineException.Conflict e) {
            return; // it has ended
        }
    }

    @Override
    public void pause(String name) {
        try {
            calls.call("pause", LOOK, client -> client.pauseContainerCmd(name).exec());
        } catch (EngineException.Conflict | EngineException.Failed e) {
            if (!frozen(name)) {
                throw e;
            }
        }
    }

    @Override
    public void unpause(String name) {
        try {
            calls.call(
                    "unpause", LOOK, client -> client.unpauseContainerCmd(name).exec());
        } catch (EngineException.Conflict | EngineException.Failed e) {
            if (frozen(name)) {
                throw e;
            }
        }
    }

    /** Older engines answer 500 for what newer ones answer 409. */
    private boolean frozen(String name) {
        return inspect(name).map(Seen::paused).orElse(false);
    }

    @Override
    public Exit exec(String name, List<String> command, Duration atMost) {
        return streams.exec(name, command, atMost);
    }

    @Override
    public Terminal terminal(String name, TerminalSpec spec, Consumer<byte[]> sink) {
        return DockerTerminal.open(calls, name, spec, sink);
    }

    @Override
    public Terminal attach(String name, Consumer<byte[]> sink) {
        return DockerAttached.open(calls, name, sink);
    }

    @Override
    public Stats stats(String name) {
        return streams.stats(name);
    }

    @Override
    public Stats sample(String name) {
        return streams.sample(name);
    }

    @Override
    public void update(String name, Size size) {
        calls.dialect().mayChangeLimits();
        calls.call(
                "update",
                SLOW,
                client -> client.updateContainerCmd(name)
                        .withMemory(size.memoryMib().bytes())
                        .withMemorySwap(size.memoryMib().bytes())
                        .withNanoCPUs(HardenedContainer.nanoCpus(size))
                        .exec());
    }

    @Override
    public void remove(String name) {
        calls.call("remove", SLOW, client -> {
            try {
                client.removeContainerCmd(name)
                        .withRemoveVolumes(true)
                        .withForce(false)
                        .exec();
            } catch (NotFoundException e) {
                return false;
            }
            return true;
        });
    }

    @Override
    public void logs(String name, LogQuery query, Consumer<LogLine> sink) {
        streams.logs(name, query, sink);
    }

    @Override
    public void events(Consumer<EngineEvent> sink) {
        streams.events(sink);
    }

    @Override
    public void close() throws IOException {
        calls.close();
    }
}
