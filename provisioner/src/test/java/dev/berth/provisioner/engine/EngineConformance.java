package dev.berth.provisioner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.tenant.Tenant;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of {@link ContainerEngine}, held by every engine: the real one and the one that tests misbehave with. */
abstract class EngineConformance {
    /** Programs that every engine under test can run. */
    enum Behaviour {
        /** Runs until it is asked to end. */
        SERVER,
        /** Runs and does not react to SIGTERM. */
        STUBBORN,
        /** Writes lines to both streams, and ends with exit code 3. */
        ENDS_WITH_3,
        /** Its command is not there. */
        BROKEN
    }

    protected final AccountId account = AccountId.next();
    protected final String network = Tenant.networkOf(account);
    private final List<String> made = new ArrayList<>();
    private ContainerEngine engine;

    abstract ContainerEngine engine();

    abstract ContainerSpec spec(Behaviour behaviour);

    abstract String subnet();

    /** Whether the engine can change the limits of a running container; one that cannot refuses. */
    boolean resizes() {
        return true;
    }

    /** Whether a network goes though containers are to be in it that do not run. */
    boolean networksGoFirst() {
        return true;
    }

    /** Whether the engine still says why a container could not be started when it is looked at later. */
    boolean remembersErrors() {
        return true;
    }
    /** Other addresses than those of the network under test. */
    abstract String subnet(int number);

    /** A small container of the account under test. */
    protected final ContainerSpec specOf(EngineImage image, List<String> command, ContainerSpec.Start start) {
        return new ContainerSpec(
                ContainerId.next(),
                account,
                WorkloadId.next(),
                "web-1",
                List.of("web", "web-1"),
                image,
                command,
                List.of(),
                Map.of("GREETING", "hello"),
                Size.of(100, 64),
                true,
                start,
                List.of(),
                ContainerSpec.Home.in(network));
    }

    @BeforeEach
    void makeNetwork() {
        engine = engine();
        engine.createNetwork(new NetworkSpec(network, account, subnet(), false));
    }

    @AfterEach
    void removeEverything() {
        for (String name : made) {
            engine.kill(name);
            await().until(() ->
                    engine.inspect(name).map(seen -> !seen.running()).orElse(true));
            engine.remove(name);
        }
        engine.removeNetwork(network);
    }

    private String create(Behaviour behaviour) {
        ContainerSpec spec = spec(behaviour);
        engine.create(spec);
        made.add(spec.name());
        return spec.name();
    }

    /** A container that a test made besides, to be removed after it. */
    protected final void made(String name) {
        made.add(name);
    }

    private Seen seen(String name) {
        return engine.inspect(name).orElseThrow();
    }

    private String ended(Behaviour behaviour) {
        String name = create(behaviour);
        engine.start(name);
        await().until(() -> !seen(name).running());
        return name;
    }

    @Test
    void looksOnlyAtRootsThatCanBeWrittenTo() {
        String name = create(Behaviour.SERVER);
        engine.start(name);
        assertThat(engine.unlimitedRoots())
                .noneMatch(id -> ContainerEngine.nameOf(id).equals(name));
        assertThat(engine.written(name)).isPresent();
        assertThat(engine.written("berth-none")).isEmpty();
    }

    @Test
    void removesNoImageThatAContainerUses() {
        String name = create(Behaviour.SERVER);
        engine.start(name);
        String image = spec(Behaviour.SERVER).image().id();
        assertThat(engine.imageBytes()).containsKey(image);
        assertThat(engine.removeImage(image)).isFalse();
        assertThat(engine.imageBytes()).containsKey(image);
        assertThat(engine.removeImage("sha256:" + "0".repeat(64)))
                .as("gone already")
                .isTrue();
    }

    @Test
    void namesItselfAndItsHostsTime() {
        EngineInfo info = engine.info();
        assertThat(info.key()).isNotBlank();
        assertThat(info.name()).isNotBlank();
        assertThat(info.cpus()).isPositive();
        assertThat(info.memoryMib()).isGreaterThan(100);
        assertThat(info.hostTime()).isNotNull();
    }

    @Test
    void makesANetworkOfANameOnceAndFindsItAgain() {
        assertThatThrownBy(() -> engine.createNetwork(new NetworkSpec(network, account, subnet(), false)))
                .isInstanceOf(EngineException.Conflict.class);
        assertThat(engine.network(network))
                .hasValueSatisfying(found -> assertThat(found.subnets()).containsExactly(subnet()));
        assertThat(engine.networks()).extracting(EngineNetwork::name).contains(network);
        engine.removeNetwork(network);
        engine.removeNetwork(network);
        assertThat(engine.network(network)).isEmpty();
    }

    @Test
    void refusesANetworkWhoseAddressesAreTaken() {
        AccountId other = AccountId.next();
        assertThatThrownBy(() -> engine.createNetwork(new NetworkSpec(Tenant.networkOf(other), other, subnet(), false)))
                .isInstanceOfAny(EngineException.Refused.class, EngineException.Failed.class)
                .hasMessageMatching(".*(overlap|already used on the host).*");
    }

    @Test
    void knowsWhichImagesAreOnTheHost() {
        ContainerSpec spec = spec(Behaviour.SERVER);
        assertThat(engine.image(spec.image().id())).isPresent();
        assertThat(engine.image("berth-test/there-is-none:1")).isEmpty();
    }

    @Test
    void makesAContainerOfANameOnceAndFindsItAgain() {
        ContainerSpec spec = spec(Behaviour.SERVER);
        String id = engine.create(spec);
        made.add(spec.name());
        assertThatThrownBy(() -> engine.create(spec)).isInstanceOf(EngineException.Conflict.class);
        Seen seen = seen(spec.name());
        assertThat(seen.engineId()).isEqualTo(id);
        assertThat(seen.container()).isEqualTo(spec.container());
        assertThat(seen.neverStarted()).isTrue();
        assertThat(seen.exitCode()).isNull();
        assertThat(engine.list())
                .filteredOn(listed -> spec.container().equals(listed.container()))
                .singleElement()
                .satisfies(listed -> {
                    assertThat(listed.engineId()).isEqualTo(id);
                    assertThat(listed.running()).isFalse();
                });
        assertThat(engine.inspect(ContainerEngine.nameOf(ContainerId.next()))).isEmpty();
    }

    @Test
    void startsAContainerAndSaysWhenItStarted() {
        String name = create(Behaviour.SERVER);
        engine.start(name);
        Seen seen = seen(name);
        assertThat(seen.running()).isTrue();
        assertThat(seen.startedAt()).isNotNull();
        assertThat(seen.startedAt()).isEqualTo(seen.startedAt().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        assertThat(seen.finishedAt()).isNull();
        engine.start(name);
        assertThat(seen(name).startedAt()).isEqualTo(seen.startedAt());
        assertThat(engine.list())
                .filteredOn(listed -> listed.name().equals(name))
                .singleElement()
                .satisfies(listed -> assertThat(listed.running()).isTrue());
    }

    @Test
    void saysWhenAndHowAContainerEnded() {
        Seen seen = seen(ended(Behaviour.ENDS_WITH_3));
        assertThat(seen.exitCode()).isEqualTo(3);
        // The engine writes a start down when it hears of it, by which time so short a run may be over: Observation
        // makes it 0 ms.
        assertThat(seen.finishedAt())
                .isBetween(Objects.requireNonNull(seen.startedAt()).minusSeconds(2), Instant.now());
        assertThat(seen.oomKilled()).isFalse();
    }

    @Test
    void saysWhyAContainerCannotStart() {
        String name = create(Behaviour.BROKEN);
        assertThatThrownBy(() -> engine.start(name))
                .isInstanceOfAny(
                        EngineException.Refused.class,
                        remembersErrors() ? EngineException.Failed.class : EngineException.Refused.class)
                .message()
                .isNotBlank();
        Seen seen = seen(name);
        assertThat(seen.neverStarted()).isTrue();
        if (remembersErrors()) {
            assertThat(seen.error()).isNotBlank();
        }
    }

    @Test
    void asksAContainerToEnd() {
        String name = create(Behaviour.SERVER);
        engine.start(name);
        await().until(() -> {
            engine.stop(name, "SIGTERM"); // again, since a program does not hear it before it listens
            return !seen(name).running();
        });
        engine.stop(name, "SIGTERM");
        engine.stop(ContainerEngine.nameOf(ContainerId.next()), "SIGTERM");
    }

    @Test
    void runsACommandInAContainerAndSaysHowItEnded() {
        String name = create(Behaviour.SERVER);
        assertThatThrownBy(() -> engine.exec(name, List.of("true"), Duration.ofSeconds(5)))
                .isInstanceOf(EngineException.Conflict.class);
        engine.start(name);
        assertThat(engine.exec(name, List.of("true"), Duration.ofSeconds(5)).code())
                .isZero();
        assertThat(engine.exec(name, List.of("echo", "hello"), Duration.ofSeconds(5)))
                .isEqualTo(new ContainerEngine.Exit(0, "hello\n"));
        assertThat(engine.exec(name, List.of("false"), Duration.ofSeconds(5)).code())
                .isNotZero();
        assertThatThrownBy(() -> engine.exec(name, List.of("sleep", "20"), Duration.ofMillis(500)))
                .isInstanceOf(EngineException.Failed.class);
        assertThatThrownBy(() ->
                        engine.exec(ContainerEngine.nameOf(ContainerId.next()), List.of("true"), Duration.ofSeconds(5)))
                .isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void saysWhatARunningContainerUses() {
        String name = create(Behaviour.SERVER);
        engine.start(name);
        Stats stats = engine.stats(name);
        assertThat(stats.at()).isAfterOrEqualTo(seen(name).startedAt());
        assertThat(stats.memoryBytes()).isBetween(1L, stats.memoryLimitBytes());
        assertThat(stats.memoryLimitBytes()).isEqualTo(64L << 20);
        assertThat(stats.pids()).isPositive();
        assertThat(stats.cpuNanos()).isPositive();
        assertThat(stats.cpuMillis()).isBetween(0L, 200L);
        Stats sample = engine.sample(name);
        assertThat(sample.at()).isAfterOrEqualTo(stats.at());
        assertThat(sample.cpuNanos()).isGreaterThanOrEqualTo(stats.cpuNanos());
        assertThat(sample.memoryBytes()).isBetween(1L, sample.memoryLimitBytes());
        engine.kill(name);
        await().until(() -> !seen(name).running());
        assertThatThrownBy(() -> engine.stats(name)).isInstanceOf(EngineException.Conflict.class);
        assertThatThrownBy(() -> engine.sample(name)).isInstanceOf(EngineException.Conflict.class);
        assertThatThrownBy(() -> engine.sample(ContainerEngine.nameOf(ContainerId.next())))
                .isInstanceOf(EngineException.Missing.class);
        assertThatThrownBy(() -> engine.stats(ContainerEngine.nameOf(ContainerId.next())))
                .isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void showsTheAddressOfARunningContainer() {
        String name = create(Behaviour.SERVER);
        assertThat(seen(name).address()).isNull();
        engine.start(name);
        assertThat(seen(name).address()).matches("10\\.[0-9.]+");
    }

    @Test
    void endsAContainerThatDoesNotReact() {
        String name = create(Behaviour.STUBBORN);
        engine.start(name);
        engine.stop(name, "SIGTERM");
        assertThat(seen(name).running()).isTrue();
        engine.kill(name);
        await().until(() -> !seen(name).running());
        assertThat(seen(name).exitCode()).isEqualTo(137);
        engine.kill(name);
        engine.kill(ContainerEngine.nameOf(ContainerId.next()));
    }

    @Test
    void freezesAContainerThatRunsAndLetsItGoOn() {
        String name = create(Behaviour.SERVER);
        assertThatThrownBy(() -> engine.pause(name)).isInstanceOf(EngineException.Conflict.class);
        engine.start(name);
        Seen before = seen(name);
        assertThat(before.paused()).isFalse();
        engine.unpause(name);
        engine.pause(name);
        engine.pause(name);
        assertThat(seen(name).paused()).isTrue();
        assertThat(seen(name).running()).as("it runs, and is metered").isTrue();
        assertThat(engine.list())
                .filteredOn(listed -> listed.name().equals(name))
                .singleElement()
                .satisfies(listed -> assertThat(listed.running()).isTrue());
        engine.unpause(name);
        engine.unpause(name);
        assertThat(seen(name).paused()).isFalse();
        assertThat(seen(name).startedAt()).isEqualTo(before.startedAt());
        await().until(() -> {
            engine.stop(name, "SIGTERM");
            return !seen(name).running();
        });
        assertThat(seen(name).paused()).isFalse();
        assertThatThrownBy(() -> engine.pause(ContainerEngine.nameOf(ContainerId.next())))
                .isInstanceOf(EngineException.Missing.class);
        assertThatThrownBy(() -> engine.unpause(ContainerEngine.nameOf(ContainerId.next())))
                .isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void changesLimitsInPlace() {
        String name = create(Behaviour.SERVER);
        engine.start(name);
        Seen before = seen(name);
        if (!resizes()) {
            assertThatThrownBy(() -> engine.update(name, Size.of(300, 96))).isInstanceOf(EngineException.Refused.class);
            assertThat(seen(name).limits()).isEqualTo(before.limits());
            return;
        }
        engine.update(name, Size.of(300, 96));
        assertThat(seen(name).startedAt()).isEqualTo(before.startedAt());
        assertThatThrownBy(() -> engine.update(ContainerEngine.nameOf(ContainerId.next()), Size.of(300, 96)))
                .isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void removesOnlyWhatHasEnded() {
        String name = create(Behaviour.STUBBORN);
        engine.start(name);
        assertThatThrownBy(() -> engine.remove(name)).isInstanceOf(EngineException.Conflict.class);
        engine.kill(name);
        await().until(() -> !seen(name).running());
        engine.remove(name);
        engine.remove(name);
        assertThat(engine.inspect(name)).isEmpty();
    }

    @Test
    void readsOutputFromTheEndAndSinceATime() {
        String name = ended(Behaviour.ENDS_WITH_3);
        List<LogLine> all = new ArrayList<>();
        engine.logs(name, new LogQuery(null, null, false), all::add);
        assertThat(all).isNotEmpty();
        List<LogLine> last = new ArrayList<>();
        engine.logs(name, new LogQuery(1, null, false), last::add);
        assertThat(last).containsExactly(all.getLast());
        // The engine reads both streams side by side: the last line need not be the latest.
        Instant later = all.stream()
                .map(LogLine::time)
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .plusNanos(1);
        List<LogLine> none = new ArrayList<>();
        engine.logs(name, new LogQuery(null, later, false), none::add);
        assertThat(none).isEmpty();
        assertThatThrownBy(() -> engine.logs(
                        ContainerEngine.nameOf(ContainerId.next()), new LogQuery(null, null, false), line -> {}))
                .isInstanceOf(EngineException.Missing.class);
    }

    @Test
    void hintsThatAContainerEnded() throws InterruptedException {
        List<EngineEvent> events = new CopyOnWriteArrayList<>();
        Thread watcher = Thread.ofVirtual().start(() -> engine.events(events::add));
        String name = create(Behaviour.STUBBORN);
        engine.start(name);
        ContainerId container = seen(name).container();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            if (seen(name).running()) {
                engine.kill(name);
            }
            return events.contains(new EngineEvent(container, EngineEvent.Action.ENDED));
        });
        watcher.interrupt();
        watcher.join(Duration.ofSeconds(10));
        assertThat(watcher.isAlive()).isFalse();
    }

    @Test
    void putsAContainerIntoMoreNetworksBeforeAndAfterItsStart() {
        String second = network + "-2";
        String third = network + "-3";
        engine.createNetwork(new NetworkSpec(second, account, subnet(1), true));
        engine.createNetwork(new NetworkSpec(third, account, subnet(2), false));
        String name = create(Behaviour.SERVER);
        try {
            assertThat(seen(name).networks()).containsExactly(network);
            engine.connect(name, second, List.of("web", "web-1"));
            engine.connect(name, second, List.of("web", "web-1"));
            assertThat(seen(name).networks()).containsExactlyInAnyOrder(network, second);
            assertThat(seen(name).neverStarted()).isTrue();
            engine.start(name);
            engine.connect(name, second, List.of("web", "web-1"));
            engine.connect(name, third, List.of("web", "web-1"));
            engine.connect(name, third, List.of("web", "web-1"));
            assertThat(seen(name).networks()).containsExactlyInAnyOrder(network, second, third);
            assertThatThrownBy(() -> engine.removeNetwork(second)).isInstanceOf(EngineException.Refused.class);
            assertThatThrownBy(() -> engine.connect(name, network + "-none", List.of("web")))
                    .isInstanceOf(EngineException.Missing.class);
            assertThatThrownBy(() -> engine.connect(ContainerEngine.nameOf(ContainerId.next()), third, List.of("web")))
                    .isInstanceOf(EngineException.Missing.class);
        } finally {
            engine.kill(name);
            await().until(() -> !seen(name).running());
            engine.remove(name);
            engine.removeNetwork(second);
            engine.removeNetwork(third);
        }
        assertThat(engine.network(second)).isEmpty();
    }

    @Test
    void doesNotStartAContainerOneOfWhoseNetworksIsGone() {
        String second = network + "-2";
        engine.createNetwork(new NetworkSpec(second, account, subnet(1), false));
        String name = create(Behaviour.SERVER);
        engine.connect(name, second, List.of("web"));
        if (!networksGoFirst()) {
            assertThatThrownBy(() -> engine.removeNetwork(second)).isInstanceOf(EngineException.Refused.class);
            engine.remove(name);
            engine.removeNetwork(second);
            assertThat(engine.network(second)).isEmpty();
            return;
        }
        engine.removeNetwork(second);
        assertThatThrownBy(() -> engine.start(name)).isInstanceOf(EngineException.Missing.class);
        assertThat(seen(name).neverStarted()).isTrue();
    }

    @Test
    void doesNotStartAContainerWithoutItsNetwork() {
        ContainerSpec good = spec(Behaviour.SERVER);
        ContainerSpec spec = new ContainerSpec(
                ContainerId.next(),
                account,
                WorkloadId.next(),
                "x",
                List.of("x"),
                good.image(),
                good.command(),
                good.args(),
                good.env(),
                good.size(),
                true,
                ContainerSpec.Start.USUAL,
                List.of(),
                ContainerSpec.Home.in(Tenant.networkOf(AccountId.next())));
        made.add(spec.name());
        assertThatThrownBy(() -> {
                    engine.create(spec);
                    engine.start(spec.name());
                })
                .isInstanceOf(EngineException.Missing.class);
        assertThat(engine.inspect(spec.name()).map(Seen::neverStarted).orElse(true))
                .isTrue();
    }
}
