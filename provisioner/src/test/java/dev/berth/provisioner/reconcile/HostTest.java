package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.placement.HostRepository.Host;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.Alive;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to a host, and what is told of it: that it hangs, goes down, comes back, or is gone for good. */
@Tag("parts")
class HostTest {
    private World world;
    private AccountId account;
    private Wishes wish;

    @BeforeEach
    void begin() {
        world = new World();
        world.engine.image("server:1", Program.SERVER).image("long:1", Program.ends(Duration.ofHours(5), 0));
        account = world.openAccount();
        world.work();
        wish = Wishes.of(account);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void wished() {
        world.wish(wish);
        world.work();
    }

    private Host host(String name) {
        return world.rooms.hosts().all(world.dsl).stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Inventory> inventories(String host) {
        return world.told(Inventory.class).stream()
                .filter(inventory -> inventory.host().equals(host))
                .toList();
    }

    @Test
    void aContainerThatHangsInTheEngineHoldsUpNobodyElse() {
        wished();
        Container hung = world.containers(wish).getFirst();
        world.engine.hang(hung.id());
        world.crash();
        Wishes other = Wishes.of(account);
        world.wish(other);
        Instant begun = world.clock.instant();
        world.pass(Duration.ofMinutes(3));
        assertThat(world.engine.running()).hasSize(2);
        assertThat(inventories("host-1").stream()
                        .map(Inventory::observedAt)
                        .filter(at -> at.isAfter(begun))
                        .distinct())
                .as("the others are proven, each ten seconds")
                .hasSizeGreaterThan(14);
        assertThat(inventories("host-1").getLast().observedAt()).isAfter(begun.plusSeconds(150));
        assertThat(inventories("host-1").stream()
                        .filter(inventory -> inventory.observedAt().isAfter(begun.plusSeconds(100)))
                        .flatMap(inventory -> inventory.containers().stream())
                        .map(Alive::container))
                .as("the engine's list says that it runs")
                .contains(hung.id());
        assertThat(host("host-1").state()).isEqualTo("ready");
        assertThat(host("host-1").findings())
                .anyMatch(finding -> finding.contains(hung.id().toString()));
    }

    @Test
    void aStartOfWhichNothingIsKnownBoundsWhatInventoriesSpeakOf() {
        world.engine.misbehave(verb -> verb.equals("start") ? Fault.AWAY_AFTER : Fault.NONE);
        wished();
        world.engine.misbehave(verb -> Fault.NONE);
        Container starting = world.containers(wish).getFirst();
        assertThat(starting.state()).isEqualTo(ContainerState.STARTING);
        world.engine.hang(starting.id());
        world.pass(Duration.ofMinutes(1));
        assertThat(inventories("host-1"))
                .allMatch(inventory -> !inventory.observedAt().isAfter(starting.startableSince()));
    }

    @Test
    void aSizeThatCannotBeChangedNowHoldsUpNoInventory() {
        wished();
        Container hung = world.containers(wish).getFirst();
        world.pass(Duration.ofSeconds(20));
        world.engine.hang(hung.id());
        wish.generation = 2;
        wish.memoryMib = 128;
        wished();
        Instant begun = world.clock.instant();
        world.pass(Duration.ofMinutes(2));
        assertThat(inventories("host-1").getLast().observedAt()).isAfter(begun.plusSeconds(90));
    }

    @Test
    void anEngineThatWasSetUpAnewRetiresWhatItWasBefore() {
        wished();
        world.pass(Duration.ofSeconds(15));
        Instant lastSeen = inventories("host-1").getLast().observedAt();
        world.engine.replaceBy("another-engine", "host-1");
        world.pass(Duration.ofSeconds(30));
        assertThat(host("host-1").state()).isEqualTo("retired");
        assertThat(inventories("host-1"))
                .filteredOn(Inventory::retired)
                .hasSize(6)
                .allSatisfy(last -> {
                    assertThat(last.observedAt()).isAfter(lastSeen);
                    assertThat(last.containers()).isEmpty();
                });
        assertThat(inventories("host-1").getLast().retired()).as("its last").isTrue();
        assertThat(world.engine.running()).hasSize(1);
        assertThat(world.told(ContainerStarted.class))
                .extracting(ContainerStarted::host)
                .containsExactly("host-1", "host-1-anothere");
        assertThat(world.told(ContainerStopped.class)).as("no end is invented").isEmpty();
        assertThat(world.rooms.containers().onEngine(world.dsl, "host-1")).isEmpty();
        assertThat(inventories("host-1-anothere")).isNotEmpty().noneMatch(Inventory::retired);
    }

    @Test
    void anotherMachineDoesNotSpeakForTheOneBeforeUntilTheOperatorLetsThatGo() {
        wished();
        world.pass(Duration.ofSeconds(15));
        Container before = world.containers(wish).getFirst();
        world.engine.replaceBy("another-engine", "host-2");
        world.pass(Duration.ofMinutes(1));
        world.activate(new Subject.Run(before.id()));
        assertThat(world.containers(wish))
                .as("that it is not here says nothing")
                .singleElement()
                .satisfies(row -> assertThat(row.state()).isEqualTo(ContainerState.RUNNING));
        assertThat(host("host-1").state()).isEqualTo("away");
        assertThat(host("host-2").findings()).anyMatch(finding -> finding.contains("/operator/v1/hosts/host-1/retire"));

        assertThat(world.rooms.hosts().retire(world.dsl, "host-1")).isTrue();
        assertThat(world.rooms.hosts().retire(world.dsl, "nowhere")).isFalse();
        world.pass(Duration.ofSeconds(10));
        assertThat(host("host-1").state()).isEqualTo("retired");
        assertThat(inventories("host-1")).filteredOn(Inventory::retired).hasSize(6);
        assertThat(world.engine.running()).hasSize(1);
        world.pass(Duration.ofMinutes(1));
        assertThat(inventories("host-1"))
                .filteredOn(Inventory::retired)
                .as("once")
                .hasSize(6);
    }

    @Test
    void aHostIsLetGoAlsoWhileNoOtherIsThere() {
        wished();
        world.pass(Duration.ofSeconds(15));
        world.engine.away(true);
        world.pass(Duration.ofSeconds(15));
        world.rooms.hosts().retire(world.dsl, "host-1");
        world.pass(Duration.ofSeconds(15));
        assertThat(host("host-1").state()).isEqualTo("retired");
    }

    @Test
    void afterThePowerFailedTheEnginesTimeOfTheEndIsNotProven() {
        wished();
        world.pass(Duration.ofSeconds(25));
        Instant failed = world.clock.instant();
        world.engine.away(true);
        world.pass(Duration.ofSeconds(20));
        world.clock.advance(Duration.ofHours(10));
        world.engine.boot();
        world.pass(Duration.ofSeconds(20));
        assertThat(world.told(ContainerStopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.finishedAt()).isAfter(failed.plus(Duration.ofHours(9)));
            assertThat(stopped.provenUntil()).isBetween(failed.minusSeconds(15), failed);
            assertThat(stopped.reason()).isEqualTo(StopReason.PLATFORM);
        });
        assertThat(world.engine.running()).hasSize(1);
    }

    @Test
    void thePowerMayAlsoHaveFailedThisProcess() {
        wished();
        world.pass(Duration.ofSeconds(25));
        Instant failed = world.clock.instant();
        world.engine.away(true);
        world.clock.advance(Duration.ofHours(10));
        world.engine.boot();
        world.crash();
        world.pass(Duration.ofSeconds(20));
        assertThat(world.told(ContainerStopped.class))
                .singleElement()
                .satisfies(stopped -> assertThat(stopped.provenUntil()).isBetween(failed.minusSeconds(15), failed));
    }

    @Test
    void whileOnlyThisProcessIsAwayAllIsBilledAndTrue() {
        wish.image = "long:1";
        wish.kind = WorkloadKind.JOB;
        wish.restart = RestartPolicy.NEVER;
        wished();
        world.pass(Duration.ofSeconds(25));
        world.clock.advance(Duration.ofHours(10));
        world.crash();
        world.pass(Duration.ofSeconds(20));
        assertThat(world.told(ContainerStopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.provenUntil()).isNull();
            assertThat(stopped.reason()).isEqualTo(StopReason.EXITED);
        });
        assertThat(world.engine.runs()).hasSize(1);
    }

    @Test
    void aJobThatItsHostsRestartEndedIsRunAgain() {
        wish.image = "long:1";
        wish.kind = WorkloadKind.JOB;
        wish.restart = RestartPolicy.NEVER;
        wished();
        world.pass(Duration.ofSeconds(25));
        world.engine.shutDown();
        world.pass(Duration.ofMinutes(2));
        world.engine.boot();
        world.pass(Duration.ofSeconds(20));
        assertThat(world.told(ContainerStopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.exitCode()).isZero();
            assertThat(stopped.reason()).isEqualTo(StopReason.PLATFORM);
            assertThat(stopped.provenUntil()).as("its end is true").isNull();
        });
        assertThat(world.engine.running()).hasSize(1);
    }

    @Test
    void aHostWhoseClockRunsAheadProvesNothing() {
        wished();
        world.pass(Duration.ofSeconds(15));
        world.engine.clockAhead(Duration.ofHours(1));
        int before = inventories("host-1").size();
        world.pass(Duration.ofMinutes(1));
        assertThat(inventories("host-1")).hasSize(before);
        assertThat(host("host-1").findings()).anyMatch(finding -> finding.contains("3600000 ms ahead"));
        world.engine.clockAhead(Duration.ofSeconds(1));
        world.pass(Duration.ofMinutes(1));
        assertThat(inventories("host-1")).hasSizeGreaterThan(before);
    }
}
