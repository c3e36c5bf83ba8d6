package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.testing.MisbehavingEngine;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.Alive;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerPaused;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever wishes come, whatever the engine does wrong, whoever acts behind our back, and wherever the process is killed: in
 * the end what is wished runs, once, and the facts are those of the engine, each once.
 */
@Tag("parts")
class ConvergenceTest {
    private static final int STEPS = 140;
    private static final List<String> IMAGES =
            List.of("server:1", "server:2", "stubborn:1", "job:1", "failing:1", "broken:1", "remote:1", "missing:1");

    private static final List<Fault> FAULTS =
            EnumSet.complementOf(EnumSet.of(Fault.NONE)).stream().toList();
    private static final List<RestartPolicy> POLICIES = List.of(RestartPolicy.values());

    private Random random;
    private World world;
    private final List<AccountId> accounts = new ArrayList<>();
    private final List<Wishes> wishes = new ArrayList<>();
    private final Set<Wishes> withdrawn = new HashSet<>();

    /** More of them with {@code -Dberth.seeds=100}. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("berth.seeds", 8));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void convergesWithoutDoublesAndWithoutLosingFacts(long seed) {
        random = new Random(seed);
        try (World made = new World()) {
            world = made;
            world.engine
                    .image("server:1", Program.SERVER)
                    .image("server:2", Program.SERVER, "/data")
                    .image("stubborn:1", Program.STUBBORN)
                    .image("job:1", Program.ends(Duration.ofSeconds(7), 0))
                    .image("failing:1", Program.ends(Duration.ofMillis(900), 3))
                    .image("broken:1", Program.BROKEN)
                    .remoteImage("remote:1", Program.SERVER);
            accounts.add(world.openAccount());
            accounts.add(world.openAccount());
            for (int i = 0; i < STEPS; i++) {
                world.engine.misbehave(verb -> random.nextInt(100) < 18 ? fault() : Fault.NONE);
                step();
                neverTwoOfAJob();
            }
            world.engine.misbehave(verb -> Fault.NONE);
            world.engine.away(false);
            settleOnWhatCanRun();
            world.pass(Duration.ofMinutes(6));
            theWishesAreTrue();
            theFactsAreTheEnginesOwn();
            noFactFollowsAnInventoryThatShouldHaveHadIt();
        }
    }

    private Fault fault() {
        return FAULTS.get(random.nextInt(FAULTS.size()));
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0 -> newWorkload();
            case 1, 2 -> changeWorkload();
            case 3 -> world.queue.add(new Subject.Everything());
            case 4 -> world.clock.advance(Duration.ofMillis(random.nextInt(20_000)));
            case 5 -> world.engine.away(random.nextInt(4) == 0);
            case 6 -> interfere();
            case 7 -> {
                if (random.nextInt(3) == 0) {
                    world.crash();
                }
            }
            case 8 -> world.dueTimers();
            default -> {
                for (int i = random.nextInt(12); i > 0 && !world.queue.isEmpty(); i--) {
                    Subject subject = random.nextBoolean() ? world.queue.removeFirst() : world.queue.removeLast();
                    world.activate(subject);
                    world.clock.advance(Duration.ofMillis(random.nextInt(40)));
                }
            }
        }
    }

    private void newWorkload() {
        Wishes wish = Wishes.of(accounts.get(random.nextInt(accounts.size())));
        wish.name = "w" + wishes.size();
        wish.kind = random.nextInt(3) == 0 ? WorkloadKind.JOB : WorkloadKind.SERVICE;
        wish.restart = POLICIES.get(random.nextInt(POLICIES.size()));
        wish.image = IMAGES.get(random.nextInt(IMAGES.size()));
        wish.replicas = random.nextInt(4);
        wishes.add(wish);
        world.wish(wish);
    }

    private void changeWorkload() {
        if (wishes.isEmpty()) {
            return;
        }
        Wishes wish = wishes.get(random.nextInt(wishes.size()));
        if (withdrawn.contains(wish)) {
            return;
        }
        wish.generation++;
        switch (random.nextInt(7)) {
            case 0 -> wish.replicas = random.nextInt(4);
            case 1 -> {
                wish.image = IMAGES.get(random.nextInt(IMAGES.size()));
                wish.revision++;
            }
            case 2 -> wish.run++;
            case 3 -> wish.memoryMib = 32 * (1 + random.nextInt(8));
            case 4 -> {
                wish.state = wish.state == DesiredState.RUNNING ? DesiredState.STOPPED : DesiredState.RUNNING;
                wish.heldBy = wish.state == DesiredState.STOPPED && random.nextBoolean() ? "suspended" : null;
            }
            case 5 -> wish.cpuMillis = 100 * (1 + random.nextInt(8));
            default -> {
                world.withdraw(wish);
                withdrawn.add(wish);
                return;
            }
        }
        world.wish(wish);
    }

    private void interfere() {
        List<MisbehavingEngine.Run> running = world.engine.running();
        if (running.isEmpty()) {
            return;
        }
        ContainerId container = running.get(random.nextInt(running.size())).container;
        switch (random.nextInt(3)) {
            case 0 -> world.engine.removeBehindOurBack(container);
            case 1 -> world.engine.killBehindOurBack(container);
            default -> world.engine.restartBehindOurBack(container);
        }
    }

    private void neverTwoOfAJob() {
        Map<String, Long> perReplica = world.engine.running().stream()
                .filter(run -> wishes.stream()
                        .anyMatch(w -> w.workload.equals(run.spec.workload()) && w.kind == WorkloadKind.JOB))
                .collect(Collectors.groupingBy(
                        run -> run.spec.workload() + " " + run.spec.hostname(), Collectors.counting()));
        assertThat(perReplica.values()).allMatch(count -> count == 1);
    }

    /** Crash loops have no end to converge to: what cannot run is wished to run something that can. */
    private void settleOnWhatCanRun() {
        for (Wishes wish : wishes) {
            if (withdrawn.contains(wish)) {
                continue;
            }
            wish.generation++;
            if (!Set.of("server:1", "server:2", "remote:1", "stubborn:1").contains(wish.image)
                    && wish.kind == WorkloadKind.SERVICE) {
                wish.image = "server:2";
                wish.revision++;
            } else if (wish.kind == WorkloadKind.JOB) {
                wish.image = "job:1";
                wish.revision++;
            }
            wish.restart = wish.kind == WorkloadKind.JOB ? RestartPolicy.ON_FAILURE : RestartPolicy.ALWAYS;
            world.wish(wish);
        }
    }

    private void theWishesAreTrue() {
        for (Wishes wish : wishes) {
            List<MisbehavingEngine.Run> running = world.engine.running().stream()
                    .filter(run -> run.spec.workload().equals(wish.workload))
                    .toList();
            boolean wanted = !withdrawn.contains(wish)
                    && wish.state == DesiredState.RUNNING
                    && wish.kind == WorkloadKind.SERVICE;
            assertThat(running).as("what runs of %s", wish.name).hasSize(wanted ? wish.replicas : 0);
            assertThat(running).allSatisfy(run -> {
                assertThat(run.size.memoryMib().value()).isEqualTo(wish.memoryMib);
                assertThat(run.size.cpuMillis().value()).isEqualTo(wish.cpuMillis);
            });
            assertThat(running.stream().map(run -> run.spec.hostname()).distinct())
                    .hasSameSizeAs(running);
            if (wish.kind == WorkloadKind.JOB && wish.state == DesiredState.RUNNING && !withdrawn.contains(wish)) {
                assertThat(world.containers(wish).stream()
                                .filter(c -> c.isOf(wish.revision, wish.run)
                                        && Integer.valueOf(0).equals(c.life().exitCode()))
                                .map(c -> c.target().replica())
                                .filter(replica -> replica <= wish.replicas))
                        .as("replicas of the job %s that came to their end", wish.name)
                        .hasSize(wish.replicas);
            }
        }
        assertThat(world.engine.names())
                .as("nothing is left on the engine but what runs")
                .hasSameSizeAs(world.engine.running());
    }

    private void theFactsAreTheEnginesOwn() {
        Map<ContainerId, List<ContainerEvent>> facts = new HashMap<>();
        for (World.Told told : world.told()) {
            if (told.event() instanceof ContainerEvent event && !(event instanceof Inventory)) {
                facts.computeIfAbsent(ContainerId.parse(event.key()), key -> new ArrayList<>())
                        .add(event);
            }
        }
        facts.forEach((container, list) -> assertThat(list.stream().map(ConvergenceTest::sequence))
                .as("sequence of %s", container)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, list.size()).boxed().toList()));
        for (MisbehavingEngine.Run run : world.engine.runs()) {
            List<ContainerEvent> list = facts.getOrDefault(run.container, List.of());
            List<ContainerStarted> starts = of(list, ContainerStarted.class);
            List<ContainerStopped> stops = of(list, ContainerStopped.class);
            assertThat(of(list, LaunchFailed.class))
                    .as("no failure of what ran")
                    .isEmpty();
            assertThat(starts.size()).isLessThanOrEqualTo(1);
            assertThat(stops.size()).isLessThanOrEqualTo(starts.size());
            boolean disturbed = world.engine.runs().stream()
                    .anyMatch(other ->
                            other.container.equals(run.container) && (other.restarted || other.removedByOthers));
            if (disturbed) {
                continue;
            }
            assertThat(starts).as("start of %s", run.container).hasSize(1);
            assertThat(starts.getFirst().startedAt()).isEqualTo(run.startedAt);
            assertThat(starts.getFirst().engineId()).isEqualTo(run.engineId);
            if (run.finishedAt == null) {
                assertThat(stops).isEmpty();
            } else {
                assertThat(stops).as("stop of %s", run.container).hasSize(1);
                assertThat(stops.getFirst().startedAt()).isEqualTo(run.startedAt);
                assertThat(stops.getFirst().finishedAt()).isEqualTo(run.finishedAt);
                assertThat(of(list, ContainerResized.class))
                        .allMatch(resized -> !resized.resizedAt().isAfter(run.finishedAt));
            }
        }
        Set<ContainerId> ran =
                world.engine.runs().stream().map(run -> run.container).collect(Collectors.toSet());
        facts.forEach((container, list) -> {
            if (!ran.contains(container)) {
                assertThat(of(list, LaunchFailed.class)).hasSize(list.size());
            }
        });
    }

    private void noFactFollowsAnInventoryThatShouldHaveHadIt() {
        Map<Integer, Instant> observed = new HashMap<>();
        Map<ContainerId, Instant> started = new HashMap<>();
        Set<ContainerId> stopped = new HashSet<>();
        int inventories = 0;
        for (World.Told told : world.told()) {
            if (!(told.event() instanceof ContainerEvent event)) {
                continue;
            }
            if (event instanceof Inventory inventory) {
                inventories++;
                assertThat(inventory.observedAt()).isAfter(observed.getOrDefault(told.partition(), Instant.MIN));
                observed.put(told.partition(), inventory.observedAt());
                for (Alive alive : inventory.containers()) {
                    assertThat(started).containsEntry(alive.container(), alive.startedAt());
                    assertThat(stopped).doesNotContain(alive.container());
                }
                continue;
            }
            Instant bound = observed.get(told.partition());
            // A restart behind our back is told by an event, which this world does not have; the list is believed for a
            // minute.
            if (bound != null && !wasRestarted(event)) {
                assertThat(event.occurredAt())
                        .as("%s after an inventory of %s", event, bound)
                        .isAfterOrEqualTo(bound);
            }
            if (event instanceof ContainerStarted start) {
                started.put(start.container(), start.startedAt());
            } else if (event instanceof ContainerStopped stop) {
                stopped.add(stop.container());
            }
        }
        assertThat(inventories).isPositive();
    }

    private boolean wasRestarted(ContainerEvent event) {
        return event instanceof ContainerStopped stop
                && world.engine.runs().stream()
                        .anyMatch(run -> run.container.equals(stop.container()) && run.restarted);
    }

    private static long sequence(ContainerEvent event) {
        return switch (event) {
            case ContainerStarted started -> started.sequence();
            case ContainerResized resized -> resized.sequence();
            case ContainerStopped stopped -> stopped.sequence();
            case LaunchFailed failed -> failed.sequence();
            case VolumeReady ready -> ready.sequence();
            case VolumeDestroyed destroyed -> destroyed.sequence();
            case ContainerPaused paused -> 0;
            case EgressMeasured measured -> 0;
            case VolumeFailed failed -> 0;
            case Inventory inventory -> 0;
        };
    }

    private static <T> List<T> of(List<ContainerEvent> events, Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
