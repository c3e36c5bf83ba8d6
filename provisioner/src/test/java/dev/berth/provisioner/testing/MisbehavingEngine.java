package dev.berth.provisioner.testing;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.ContainerSpec;
import dev.berth.provisioner.engine.EngineEvent;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineImage;
import dev.berth.provisioner.engine.EngineInfo;
import dev.berth.provisioner.engine.EngineNetwork;
import dev.berth.provisioner.engine.Listed;
import dev.berth.provisioner.engine.LogLine;
import dev.berth.provisioner.engine.LogQuery;
import dev.berth.provisioner.engine.NetworkSpec;
import dev.berth.provisioner.engine.PullOrder;
import dev.berth.provisioner.engine.Pulled;
import dev.berth.provisioner.engine.RootUser;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.engine.Stats;
import dev.berth.provisioner.engine.Terminal;
import dev.berth.provisioner.engine.TerminalSpec;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * An engine in memory that keeps the contract of {@link ContainerEngine} and misbehaves as told: calls that fail before or after
 * their effect, an engine that is away, and people who act behind Berth's back. It remembers every run, which is the truth that
 * facts are compared with. Thread-safe.
 */
public final class MisbehavingEngine implements ContainerEngine {
    /** What goes wrong with a call. */
    public enum Fault {
        NONE,
        /** No answer, and nothing happened. */
        AWAY_BEFORE,
        /** It happened, and the answer was lost. */
        AWAY_AFTER,
        /** 500, and nothing happened. */
        FAILED_BEFORE,
        /** It happened, and the answer was 500. */
        FAILED_AFTER,
        /** It happened, and then the caller's process was killed. */
        CRASH_AFTER
    }

    /** Thrown to end the caller where it stands, as kill -9 would. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Which user of the host is root in a container. */
    public RootUser root = RootUser.OF_HOST;

    /** Chooses what goes wrong with the next call of a verb. */
    @FunctionalInterface
    public interface Faults {
        Fault of(String verb);
    }

    /** How a program behaves, by the name of its image. */
    public record Program(Duration endsAfter, int exitCode, boolean endsWhenAsked, boolean startable, boolean oom) {
        /** Runs until it is stopped. */
        public static final Program SERVER = new Program(Duration.ofDays(10_000), 0, true, true, false);

        /** Does not react to SIGTERM. */
        public static final Program STUBBORN = new Program(Duration.ofDays(10_000), 0, false, true, false);

        /** Ends by itself. */
        public static Program ends(Duration after, int exitCode) {
            return new Program(after, exitCode, true, true, false);
        }

        /** Cannot be started. */
        public static final Program BROKEN = new Program(Duration.ZERO, 127, true, false, false);
    }

    /** A run as it really was; {@code finishedAt} is null while it lasts. */
    public static final class Run {
        public final ContainerId container;
        public final ContainerSpec spec;
        public final String engineId;
        public Instant startedAt;
        public Instant finishedAt;
        public Size size;
        public boolean restarted;
        public boolean removedByOthers;

        Run(ContainerSpec spec, String engineId, Instant startedAt, Size size) {
            this.container = spec.container();
            this.spec = spec;
            this.engineId = engineId;
            this.startedAt = startedAt;
            this.size = size;
        }
    }

    private static final class Box {
        final ContainerSpec spec;
        final String engineId = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
        final Program program;
        final List<LogLine> output = new ArrayList<>();
        Size size;
        Run run;
        Instant endsAt;
        Instant lastFinishedAt;
        int exitCode;
        boolean oomKilled;
        long written;
        String error = "";
        boolean foreign;
        final Map<String, List<String>> joined = new LinkedHashMap<>();
        boolean paused;

        Box(ContainerSpec spec, Program program) {
            this.spec = spec;
            this.program = program;
            this.size = spec.size();
            this.joined.put(spec.home().network(), spec.aliases());
        }

        boolean running() {
            return run != null && run.finishedAt == null;
        }
    }

    private final InstantSource clock;
    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final Map<String, EngineNetwork> networks = new LinkedHashMap<>();
    private final Set<String> internal = new HashSet<>();
    private final Map<String, EngineImage> images = new LinkedHashMap<>();
    private final Map<String, EngineImage> registry = new LinkedHashMap<>();
    private final Map<String, Program> programs = new LinkedHashMap<>();
    private final List<Run> runs = new ArrayList<>();
    private final List<Consumer<EngineEvent>> listeners = new CopyOnWriteArrayList<>();
    private Faults faults = verb -> Fault.NONE;
    private boolean away;
    private final Set<String> hanging = new HashSet<>();
    private Duration ahead = Duration.ZERO;
    private String key = "fake-engine";
    private String machine = "host-1";
    private Instant bootedAt;
    private Runnable duringPull = () -> {};
    private Runnable eachPart = () -> {};
    private final List<PullOrder> asked = new ArrayList<>();

    public MisbehavingEngine(InstantSource clock) {
        this.clock = clock;
    }

    /** The engine hangs on this container: looking at it and changing it comes to no end. */
    public synchronized void hang(ContainerId container) {
        hanging.add(ContainerEngine.nameOf(container));
    }

    /** Its host's clock is ahead by so much. */
    public synchronized void clockAhead(Duration value) {
        ahead = value;
    }

    /** Another engine answers in its place: of another id, and with nothing on it but images. */
    public synchronized void replaceBy(String key, String machine) {
        this.key = key;
        this.machine = machine;
        settle();
        boxes.values().forEach(box -> end(box, clock.instant(), 137));
        boxes.clear();
        networks.clear();
    }

    /** Everything that runs ends as if it had been asked to, and the host goes down. */
    public synchronized void shutDown() {
        settle();
        boxes.values().forEach(box -> end(box, clock.instant(), 0));
        away = true;
    }

    /** The host is up again. What ran when its power failed gets the time of now as its end, as dockerd does it. */
    public synchronized void boot() {
        bootedAt = cut(clock.instant().minusSeconds(20));
        boxes.values().forEach(box -> end(box, clock.instant(), 255));
        away = false;
    }

    /** Something else takes the name of a container. */
    public synchronized void takeName(ContainerId container) {
        String name = ContainerEngine.nameOf(container);
        Box box = Objects.requireNonNull(boxes.remove(name));
        end(box, clock.instant(), 137);
        box.run.removedByOthers = true;
        Box stranger = new Box(box.spec, Program.SERVER);
        stranger.foreign = true;
        begin(stranger, clock.instant());
        runs.remove(stranger.run);
        boxes.put(name, stranger);
    }

    /** Somebody gives a container other limits. */
    public synchronized void limitBehindOurBack(ContainerId container, Size size) {
        Box box = Objects.requireNonNull(boxes.get(ContainerEngine.nameOf(container)));
        box.size = size;
        box.run.size = size;
    }

    /** Sets what goes wrong from now on. */
    public synchronized void misbehave(Faults value) {
        faults = value;
    }

    /** Takes the engine away, or brings it back; containers go on meanwhile. */
    public synchronized void away(boolean value) {
        away = value;
    }

    /** Puts an image on the host. */
    public synchronized MisbehavingEngine image(String reference, Program program, String... volumes) {
        EngineImage image = imageOf(reference, volumes);
        images.put(reference, image);
        images.put(image.id(), image);
        programs.put(image.id(), program);
        return this;
    }

    /** Puts an image in the registry only. */
    public synchronized MisbehavingEngine remoteImage(String reference, Program program) {
        return remoteImage(reference, reference, program);
    }

    /** Puts an image in the registry only, under a name that may have meant another image; that one is still there by its digest. */
    public synchronized MisbehavingEngine remoteImage(String reference, String content, Program program) {
        EngineImage image = imageOf(content);
        registry.put(reference, image);
        registry.put(reference.replaceFirst(":[^:/]*$", "@") + digestOf(image), image);
        programs.put(image.id(), program);
        return this;
    }

    /** The registry has it no longer, by its name. */
    public synchronized void withdraw(String reference) {
        registry.remove(reference);
    }

    private static EngineImage imageOf(String reference, String... volumes) {
        return new EngineImage(
                "sha256:" + UUID.nameUUIDFromBytes(reference.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                "",
                List.of(volumes),
                List.of(),
                1,
                null);
    }

    /** Every run there ever was. */
    public synchronized List<Run> runs() {
        settle();
        return List.copyOf(runs);
    }

    /** What runs now. */
    public synchronized List<Run> running() {
        settle();
        return runs.stream().filter(run -> run.finishedAt == null).toList();
    }

    /** Names of all containers, ended ones too. */
    public synchronized List<String> names() {
        return List.copyOf(boxes.keySet());
    }

    /** Names of all networks. */
    public synchronized List<String> networkNames() {
        return List.copyOf(networks.keySet());
    }

    /** What happens while an image is being fetched. */
    public synchronized void duringPull(Runnable value) {
        duringPull = value;
    }

    /** What happens after each tenth of an image. */
    public synchronized void eachPart(Runnable value) {
        eachPart = value;
    }

    /** A container fills its own root. */
    public synchronized void fill(ContainerId container, long bytes) {
        boxes.get(ContainerEngine.nameOf(container)).written = bytes;
    }

    /** Somebody else's network. */
    public synchronized void foreignNetwork(String name, String subnet) {
        networks.put(name, new EngineNetwork(UUID.randomUUID().toString(), name, List.of(subnet), Map.of()));
    }

    /** Somebody removes a container by force. */
    public synchronized void removeBehindOurBack(ContainerId container) {
        settle();
        Box box = boxes.remove(ContainerEngine.nameOf(container));
        if (box != null && box.run != null) {
            end(box, clock.instant(), 137);
            box.run.removedByOthers = true;
        }
    }

    /** Somebody kills a container. */
    public synchronized void killBehindOurBack(ContainerId container) {
        settle();
        Box box = boxes.get(ContainerEngine.nameOf(container));
        if (box != null && box.running()) {
            end(box, clock.instant(), 137);
        }
    }

    /** Somebody restarts a container. */
    public synchronized void restartBehindOurBack(ContainerId container) {
        settle();
        Box box = boxes.get(ContainerEngine.nameOf(container));
        if (box != null && box.running()) {
            end(box, clock.instant(), 143);
            begin(box, clock.instant());
            box.run.restarted = true;
        }
    }

    /** Ends what has come to its end by the clock. */
    private void settle() {
        Instant now = clock.instant();
        for (Box box : boxes.values()) {
            if (box.running() && !box.paused && !now.isBefore(box.endsAt)) {
                box.oomKilled = box.program.oom();
                end(box, box.endsAt, box.program.exitCode());
            }
        }
    }

    private void begin(Box box, Instant at) {
        box.run = new Run(box.spec, box.engineId, cut(at), box.size);
        box.endsAt = cut(at).plus(box.program.endsAfter());
        runs.add(box.run);
    }

    private void end(Box box, Instant at, int exitCode) {
        if (box.running()) {
            box.run.finishedAt = cut(at);
            box.lastFinishedAt = cut(at);
            box.exitCode = exitCode;
            listeners.forEach(
                    listener -> listener.accept(new EngineEvent(box.spec.container(), EngineEvent.Action.ENDED)));
        }
    }

    private static Instant cut(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS);
    }

    private interface Effect<T> {
        T happen();
    }

    /** The verbs that were called, in their order; a test empties it before it counts. */
    public final List<String> calls = new ArrayList<>();

    private synchronized <T> T call(String verb, Effect<T> effect) {
        calls.add(verb);
        if (away) {
            throw new EngineException.Away("the engine is away", null);
        }
        Fault fault = faults.of(verb);
        switch (fault) {
            case AWAY_BEFORE -> throw new EngineException.Away("no answer to " + verb, null);
            case FAILED_BEFORE -> throw new EngineException.Failed("500 for " + verb, null);
            case NONE, AWAY_AFTER, FAILED_AFTER, CRASH_AFTER -> {}
        }
        settle();
        T result = effect.happen();
        return switch (fault) {
            case AWAY_AFTER -> throw new EngineException.Away("the answer to " + verb + " was lost", null);
            case FAILED_AFTER -> throw new EngineException.Failed("500 after " + verb, null);
            case CRASH_AFTER -> throw new Crash();
            case NONE, AWAY_BEFORE, FAILED_BEFORE -> result;
        };
    }

    @Override
    public EngineInfo info() {
        return call(
                "info",
                () -> new EngineInfo(
                        key,
                        machine,
                        "fake",
                        "1.41",
                        64,
                        1 << 20,
                        cut(clock.instant().plus(ahead)),
                        bootedAt,
                        root,
                        List.of()));
    }

    @Override
    public List<EngineNetwork> networks() {
        return call("networks", () -> List.copyOf(networks.values()));
    }

    @Override
    public Optional<EngineNetwork> network(String name) {
        return call("network", () -> Optional.ofNullable(networks.get(name)));
    }

    @Override
    public String createNetwork(NetworkSpec spec) {
        return call("network_create", () -> {
            if (networks.containsKey(spec.name())) {
                throw new EngineException.Conflict("network with name " + spec.name() + " already exists", null);
            }
            for (EngineNetwork other : networks.values()) {
                if (other.subnets().stream().anyMatch(range -> Cidr.parse(range).overlaps(Cidr.parse(spec.subnet())))) {
                    throw new EngineException.Refused("Pool overlaps with other one on this address space", null);
                }
            }
            String id = UUID.randomUUID().toString();
            networks.put(spec.name(), new EngineNetwork(id, spec.name(), List.of(spec.subnet()), Map.of()));
            if (spec.internal()) {
                internal.add(spec.name());
            }
            return id;
        });
    }

    @Override
    public void removeNetwork(String name) {
        call("network_remove", () -> {
            if (boxes.values().stream().anyMatch(box -> box.running() && box.joined.containsKey(name))) {
                throw new EngineException.Refused("network " + name + " has active endpoints", null);
            }
            return networks.remove(name) != null;
        });
    }

    @Override
    public void connect(
            String name, String network, List<String> aliases, @org.jspecify.annotations.Nullable String address) {
        call("network_connect", () -> {
            need(network);
            return box(name).joined.putIfAbsent(network, List.copyOf(aliases));
        });
    }

    private void need(String network) {
        if (!networks.containsKey(network)) {
            throw new EngineException.Missing("network " + network + " not found", null);
        }
    }

    /** The networks that a container is in, and the names that it has there. */
    public synchronized Map<String, List<String>> joined(ContainerId container) {
        return Map.copyOf(boxes.get(ContainerEngine.nameOf(container)).joined);
    }

    /** Somebody takes a container out of a network. */
    public synchronized void disconnectBehindOurBack(ContainerId container, String network) {
        boxes.get(ContainerEngine.nameOf(container)).joined.remove(network);
    }

    /** Whether a network leads nowhere else. */
    public synchronized boolean internal(String network) {
        return internal.contains(network);
    }

    /** The name of the image of a container. */
    public synchronized Optional<String> imageNameOf(String name) {
        Box box = boxes.get(name);
        return box == null
                ? Optional.empty()
                : images.entrySet().stream()
                        .filter(entry ->
                                entry.getValue().id().equals(box.spec.image().id())
                                        && !entry.getKey()
                                                .equals(entry.getValue().id()))
                        .map(Map.Entry::getKey)
                        .findFirst();
    }

    @Override
    public Optional<EngineImage> image(String reference) {
        return call("image", () -> Optional.ofNullable(images.get(reference)));
    }

    @Override
    public Pulled pull(PullOrder order) {
        return call("pull", () -> {
            asked.add(order);
            duringPull.run();
            String reference = order.reference();
            EngineImage image = registry.get(reference);
            if (image == null) {
                throw new EngineException.Missing("manifest for " + reference + " not found", null);
            }
            for (long mib = 0; mib <= 100; mib += 10) {
                order.watch().at(mib << 20, 100L << 20);
                eachPart.run();
            }
            images.put(reference, image);
            images.put(image.id(), image);
            return new Pulled(image.id(), digestOf(image));
        });
    }

    /** What registries were asked for, in order. */
    public synchronized List<PullOrder> asked() {
        return List.copyOf(asked);
    }

    private static String digestOf(EngineImage image) {
        return "sha256:" + "0".repeat(32) + image.id().replaceAll("sha256:|-", "");
    }

    @Override
    public Map<String, Long> imageBytes() {
        return call("images", () -> {
            Map<String, Long> bytes = new LinkedHashMap<>();
            images.values().forEach(image -> bytes.put(image.id(), 100L << 20));
            return bytes;
        });
    }

    @Override
    public boolean removeImage(String id) {
        return call("image_remove", () -> {
            boolean used = boxes.values().stream()
                    .anyMatch(box -> box.spec.image().id().equals(id));
            if (!used) {
                images.values().removeIf(image -> image.id().equals(id));
            }
            return !used;
        });
    }

    @Override
    public String create(ContainerSpec spec) {
        return call("create", () -> {
            if (boxes.containsKey(spec.name())) {
                throw new EngineException.Conflict("the name " + spec.name() + " is already in use", null);
            }
            if (!images.containsKey(spec.image().id())) {
                throw new EngineException.Missing("no such image", null);
            }
            need(spec.home().network());
            Box box = new Box(spec, programs.get(spec.image().id()));
            boxes.put(spec.name(), box);
            return box.engineId;
        });
    }

    @Override
    public void start(String name) {
        call("start", () -> {
            Box box = box(name);
            if (box.running()) {
                return false;
            }
            box.joined.keySet().forEach(network -> need(network));
            if (!box.program.startable()) {
                box.error = "exec: \"nothing\": executable file not found in $PATH";
                box.exitCode = 127;
                throw new EngineException.Refused(box.error, null);
            }
            boolean again = box.run != null;
            begin(box, clock.instant());
            box.run.restarted = again;
            box.output.add(new LogLine(clock.instant(), false, "hello from " + name));
            settle();
            return true;
        });
    }

    private Box box(String name) {
        Box box = boxes.get(name);
        if (box == null) {
            throw new EngineException.Missing("No such container: " + name, null);
        }
        return box;
    }

    @Override
    public Optional<Seen> inspect(String name) {
        hangs(name);
        return call("inspect", () -> Optional.ofNullable(boxes.get(name)).map(MisbehavingEngine::seen));
    }

    private synchronized void hangs(String name) {
        if (hanging.contains(name)) {
            throw new EngineException.Away("no answer in time for " + name, null);
        }
    }

    private static Seen seen(Box box) {
        boolean running = box.running();
        return new Seen(
                box.engineId,
                box.foreign ? null : box.spec.container(),
                running,
                box.run == null ? null : box.run.startedAt,
                box.lastFinishedAt,
                running || box.run == null ? null : box.exitCode,
                box.oomKilled,
                box.error,
                box.size,
                running ? "10.200.0.2" : null,
                "SIGTERM",
                box.joined.keySet(),
                running && box.paused);
    }

    @Override
    public List<Listed> list() {
        return call(
                "list",
                () -> boxes.values().stream()
                        .filter(box -> !box.foreign)
                        .map(box -> new Listed(box.engineId, box.spec.name(), box.spec.container(), box.running()))
                        .toList());
    }

    @Override
    public List<ContainerId> unlimitedRoots() {
        return call(
                "list",
                () -> boxes.values().stream()
                        .filter(box -> box.running() && !box.spec.readOnlyRoot())
                        .map(box -> box.spec.container())
                        .toList());
    }

    @Override
    public OptionalLong written(String name) {
        return call(
                "written",
                () -> boxes.containsKey(name) ? OptionalLong.of(boxes.get(name).written) : OptionalLong.empty());
    }

    @Override
    public void stop(String name, String signal) {
        call("stop", () -> {
            Box box = boxes.get(name);
            if (box != null && box.running() && !box.paused && box.program.endsWhenAsked()) {
                end(box, clock.instant(), 143);
            }
            return true;
        });
    }

    @Override
    public void kill(String name) {
        call("kill", () -> {
            Box box = boxes.get(name);
            if (box != null
                    && box.running()
                    && !box.paused) { // as an old engine, on which nothing reaches what is frozen
                end(box, clock.instant(), 137);
            }
            return true;
        });
    }

    @Override
    public void pause(String name) {
        call("pause", () -> {
            if (!box(name).running()) {
                throw new EngineException.Conflict("container " + name + " is not running", null);
            }
            box(name).paused = true;
            return true;
        });
    }

    @Override
    public void unpause(String name) {
        call("unpause", () -> box(name).paused = false);
    }

    /** Whether a container is frozen. */
    public synchronized boolean isPaused(ContainerId container) {
        Box box = boxes.get(ContainerEngine.nameOf(container));
        return box != null && box.running() && box.paused;
    }

    /** Somebody lets a container go on, or freezes it. */
    public synchronized void pauseBehindOurBack(ContainerId container, boolean paused) {
        boxes.get(ContainerEngine.nameOf(container)).paused = paused;
    }

    @Override
    public Exit exec(String name, List<String> command, Duration atMost) {
        return call("exec", () -> {
            if (!box(name).running()) {
                throw new EngineException.Conflict("container " + name + " is not running", null);
            }
            return switch (command.getFirst()) {
                case "true" -> new Exit(0, "");
                case "echo" -> new Exit(0, String.join(" ", command.subList(1, command.size())) + "\n");
                case "sleep" -> throw new EngineException.Failed("it had not ended in time", null);
                default -> new Exit(7, "");
            };
        });
    }

    @Override
    public Terminal terminal(String name, TerminalSpec spec, Consumer<byte[]> sink) {
        throw new EngineException.Refused("an engine in memory has no terminals", null);
    }

    @Override
    public Terminal attach(String name, Consumer<byte[]> sink) {
        throw new EngineException.Refused("an engine in memory has no processes to attach to", null);
    }

    @Override
    public Stats sample(String name) {
        return stats(name);
    }

    @Override
    public Stats stats(String name) {
        return call("stats", () -> {
            if (!box(name).running()) {
                throw new EngineException.Conflict("the container does not run", null);
            }
            return new Stats(
                    clock.instant(),
                    10L,
                    1_000_000,
                    5,
                    1,
                    1_000,
                    1 << 20,
                    box(name).size.memoryMib().bytes(),
                    1,
                    0,
                    0,
                    0,
                    0);
        });
    }

    @Override
    public void update(String name, Size size) {
        hangs(name);
        call("update", () -> {
            Box box = box(name);
            if (box.running() && box.paused) {
                throw new EngineException.Failed("cannot update a stopped container: unknown", null);
            }
            box.size = size;
            if (box.running()) {
                box.run.size = size;
            }
            return true;
        });
    }

    @Override
    public void remove(String name) {
        call("remove", () -> {
            Box box = boxes.get(name);
            if (box != null && box.running()) {
                throw new EngineException.Conflict("You cannot remove a running container " + name, null);
            }
            return boxes.remove(name) != null;
        });
    }

    @Override
    public void logs(String name, LogQuery query, Consumer<LogLine> sink) {
        List<LogLine> lines = call("logs", () -> List.copyOf(box(name).output));
        Integer tail = query.tail();
        lines.stream()
                .skip(tail == null ? 0 : Math.max(0, lines.size() - tail))
                .filter(line -> query.since() == null || !line.time().isBefore(query.since()))
                .forEach(sink);
    }

    @Override
    public void events(Consumer<EngineEvent> sink) {
        listeners.add(sink);
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            listeners.remove(sink);
        }
    }
}
