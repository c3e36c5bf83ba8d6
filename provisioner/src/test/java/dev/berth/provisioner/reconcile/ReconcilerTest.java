package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.engine.LogLine;
import dev.berth.provisioner.engine.RootUser;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.Event;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.tenant.TenantRemoved;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One promise each, on a real database and an engine that misbehaves as told. */
@Tag("parts")
class ReconcilerTest {
    private World world;
    private AccountId account;
    private Wishes wish;

    @BeforeEach
    void begin() {
        world = new World();
        world.engine
                .image("server:1", Program.SERVER)
                .image("stubborn:1", Program.STUBBORN)
                .image("job:1", Program.ends(Duration.ofSeconds(3), 0))
                .image("failing:1", Program.ends(Duration.ofMillis(200), 9))
                .image("flash:1", Program.ends(Duration.ZERO, 0))
                .image("thirsty:1", new Program(Duration.ofSeconds(2), 137, true, true, true))
                .remoteImage("remote:1", Program.SERVER);
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

    private List<Class<?>> facts() {
        return world.told().stream()
                .map(World.Told::event)
                .filter(event -> !(event instanceof Inventory) && !(event instanceof RolloutObserved))
                .<Class<?>>map(Event::getClass)
                .toList();
    }

    private Container only() {
        assertThat(world.containers(wish)).hasSize(1);
        return world.containers(wish).getFirst();
    }

    @Test
    void makesTheAccountsNetworkAtSignUpAndTellsOnce() {
        assertThat(world.engine.networkNames()).containsExactly("berth-" + account);
        assertThat(world.told(TenantReady.class)).singleElement().satisfies(ready -> {
            assertThat(ready.subnet()).isEqualTo("10.200.0.0/26");
            assertThat(ready.host()).isEqualTo("host-1");
        });
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(TenantReady.class)).hasSize(1);
    }

    @Test
    void aMachineRunsOnlyWhereItsRootIsNobodyOnTheHost() {
        wish.kind = WorkloadKind.MACHINE;
        wish.readOnlyRoot = false;
        wished();
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.runs()).isEmpty();
        assertThat(world.told(LaunchFailed.class).getFirst()).satisfies(failed -> {
            assertThat(failed.code()).isEqualTo("machine_refused");
            assertThat(failed.message()).contains("userns-remap");
        });
        world.engine.root = new RootUser(100_000, 200_000);
        world.pass(Duration.ofMinutes(6));
        assertThat(world.engine.runs()).hasSize(1);
        assertThat(world.engine.runs().getFirst().spec.start().machine()).isTrue();
        assertThat(world.told(RolloutObserved.class)).isNotEmpty();
    }

    @Test
    void takesTheNextAddressesWhenSomethingElseHasThem() {
        world.engine.foreignNetwork("other", "10.200.0.64/26");
        AccountId second = world.openAccount();
        world.work();
        assertThat(world.told(TenantReady.class))
                .filteredOn(ready -> ready.account().equals(second))
                .extracting(TenantReady::subnet)
                .containsExactly("10.200.0.128/26");
    }

    @Test
    void startsWhatIsWishedWithoutWaitingAndTellsTheEnginesTime() {
        wished();
        assertThat(facts()).containsExactly(TenantReady.class, ContainerStarted.class);
        assertThat(only().state()).isEqualTo(ContainerState.RUNNING);
        ContainerStarted started = world.told(ContainerStarted.class).getFirst();
        assertThat(started.startedAt()).isEqualTo(world.engine.runs().getFirst().startedAt);
        assertThat(world.told().stream()
                        .filter(told -> told.event().equals(started))
                        .findFirst()
                        .orElseThrow()
                        .operation())
                .as("the fact is caused by the call that made the wish")
                .isEqualTo(only().cause().operation());
    }

    @Test
    void aContainerThatFillsTheDiskIsEndedAndNotStartedAgainAtOnce() {
        wish.readOnlyRoot = false;
        wish.image = "stubborn:1";
        wish.stopGraceSeconds = 300;
        wished();
        world.pass(Duration.ofSeconds(30));
        Container first = only();
        assertThat(first.state()).isEqualTo(ContainerState.RUNNING);

        world.engine.fill(first.id(), 5L << 30);
        world.pass(Duration.ofSeconds(25));
        assertThat(world.engine.running()).isEmpty();
        assertThat(world.told(ContainerStopped.class))
                .singleElement()
                .satisfies(stopped -> assertThat(stopped.reason()).isEqualTo(StopReason.DISK_FULL));
        assertThat(only().note().message()).contains("more into its own root than it may");

        world.pass(Duration.ofMinutes(6));
        assertThat(world.engine.running()).hasSize(1);
    }

    @Test
    void keepsTheOutputOfTheLatestRunsOnly() {
        wish.image = "failing:1";
        wished();
        world.pass(Duration.ofMinutes(20));
        assertThat(world.containers(wish)).hasSizeGreaterThan(15);
        assertThat(world.dsl.fetchCount(org.jooq.impl.DSL.table("kept_log"))).isEqualTo(10);
        Container last = world.containers(wish).getLast();
        KeptLogRepository.Kept output =
                new KeptLogRepository.Kept(List.of(new LogLine(world.clock.instant(), false, "x".repeat(100))), false);
        world.dsl.execute(
                "delete from kept_log where container_id = ?", last.id().uuid());
        world.dsl.transaction(configuration -> world.rooms
                .keptLogs()
                .keep(
                        configuration.dsl(),
                        last.id(),
                        account,
                        output,
                        new KeptLogRepository.Bounds(10, 300, 1000),
                        world.clock.instant()));
        assertThat(world.rooms.keptLogs().find(world.dsl, last.id())).contains(output);
        assertThat(world.dsl
                        .fetchOne("select sum(octet_length(lines)) from kept_log")
                        .get(0, Long.class))
                .isBetween(50L, 300L);
    }

    @Test
    void aReplyThatWasLostAfterCreateFindsTheContainer() {
        world.engine.misbehave(verb -> verb.equals("create") ? Fault.AWAY_AFTER : Fault.NONE);
        wished();
        assertThat(world.engine.names()).hasSize(1);
        world.engine.misbehave(verb -> Fault.NONE);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.names()).hasSize(1);
        assertThat(world.engine.runs()).hasSize(1);
        assertThat(facts()).containsExactly(TenantReady.class, ContainerStarted.class);
    }

    @Test
    void aProcessKilledAfterTheStartTellsTheStartWhenItIsBack() {
        world.engine.misbehave(verb -> verb.equals("start") ? Fault.CRASH_AFTER : Fault.NONE);
        world.wish(wish);
        world.activate(world.queue.removeLast());
        while (world.engine.runs().isEmpty()) {
            world.activate(world.queue.removeFirst());
        }
        assertThat(facts()).containsExactly(TenantReady.class);
        world.engine.misbehave(verb -> Fault.NONE);
        world.clock.advance(Duration.ofMinutes(3));
        world.work();
        assertThat(facts()).containsExactly(TenantReady.class, ContainerStarted.class);
        assertThat(world.told(ContainerStarted.class).getFirst().startedAt())
                .isEqualTo(world.engine.runs().getFirst().startedAt);
        assertThat(world.engine.runs()).hasSize(1);
    }

    @Test
    void whatStartedAndEndedBeforeAnybodyLookedTellsBoth() {
        wish.image = "flash:1";
        wish.kind = WorkloadKind.JOB;
        wished();
        assertThat(facts()).containsExactly(TenantReady.class, ContainerStarted.class, ContainerStopped.class);
        ContainerStopped stopped = world.told(ContainerStopped.class).getFirst();
        assertThat(stopped.finishedAt()).isEqualTo(stopped.startedAt());
        assertThat(stopped.sequence()).isEqualTo(2);
    }

    @Test
    void wantOfMemoryIsToldAsSuch() {
        wish.image = "thirsty:1";
        wished();
        world.pass(Duration.ofSeconds(6));
        assertThat(world.told(ContainerStopped.class).getFirst().reason()).isEqualTo(StopReason.OOM_KILLED);
        assertThat(world.told(ContainerStopped.class).getFirst().oomKilled()).isTrue();
    }

    @Test
    void anEngineThatNeverStartsItIsToldAfterTheDeadlineAndTriedAgain() {
        world.engine.misbehave(verb -> verb.equals("start") ? Fault.FAILED_BEFORE : Fault.NONE);
        wished();
        world.pass(Duration.ofMinutes(3));
        assertThat(world.told(LaunchFailed.class)).isNotEmpty().allSatisfy(failed -> {
            assertThat(failed.code()).isEqualTo("deadline_exceeded");
        });
        world.engine.misbehave(verb -> Fault.NONE);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.engine.running()).hasSize(1);
        assertThat(world.engine.names()).hasSize(1);
    }

    @Test
    void whileTheEngineIsAwayNothingIsBegunAndNothingIsInventedAndThenAllGoesOn() {
        wished();
        world.engine.away(true);
        wish.generation = 2;
        wish.replicas = 3;
        world.wish(wish);
        world.queue.add(new Subject.Everything());
        int inventories = world.told(Inventory.class).size();
        world.pass(Duration.ofMinutes(20));
        assertThat(world.told(Inventory.class))
                .as("no inventory of what cannot be seen")
                .hasSize(inventories);
        assertThat(world.told(LaunchFailed.class)).isEmpty();
        assertThat(world.told(ContainerStopped.class)).isEmpty();
        world.engine.away(false);
        world.pass(Duration.ofSeconds(15));
        assertThat(world.engine.running()).hasSize(3);
    }

    @Test
    void anImageIsFetchedWhenItIsNotThereAndAMissingOneIsToldWithAHint() {
        wish.image = "remote:1";
        wished();
        assertThat(only().state()).isEqualTo(ContainerState.RUNNING);
        Wishes missing = Wishes.of(account);
        missing.image = "nowhere:1";
        world.wish(missing);
        world.work();
        LaunchFailed failed = world.told(LaunchFailed.class).getFirst();
        assertThat(failed.code()).isEqualTo("image_not_found");
        assertThat(failed.message()).contains("'nowhere:1' was not found").contains("Check its name and tag");
        world.pass(Duration.ofMinutes(30));
        assertThat(world.told(LaunchFailed.class))
                .as("tried again ever more seldom")
                .hasSizeBetween(9, 16);
    }

    @Test
    void aSizeIsChangedInPlaceAndAnUnwillingHostReplacesTheContainer() {
        wished();
        wish.generation = 2;
        wish.memoryMib = 128;
        wished();
        assertThat(facts()).containsExactly(TenantReady.class, ContainerStarted.class, ContainerResized.class);
        assertThat(world.engine.runs()).hasSize(1);
        world.engine.misbehave(verb -> verb.equals("update") ? Fault.FAILED_BEFORE : Fault.NONE);
        wish.generation = 3;
        wish.memoryMib = 32;
        wished();
        world.pass(Duration.ofSeconds(20));
        assertThat(world.engine.running())
                .singleElement()
                .satisfies(run -> assertThat(run.size.memoryMib().value()).isEqualTo(32));
        assertThat(world.told(ContainerStopped.class)).singleElement().satisfies(stopped -> {
            assertThat(stopped.reason()).isEqualTo(StopReason.REPLACED);
            assertThat(stopped.memoryMib().value()).isEqualTo(128);
        });
    }

    @Test
    void aStubbornContainerIsForcedWhenItsGraceIsOver() {
        wish.image = "stubborn:1";
        wish.stopGraceSeconds = 7;
        wished();
        wish.generation = 2;
        wish.state = DesiredState.STOPPED;
        wish.heldBy = "suspended";
        wished();
        assertThat(world.engine.running()).hasSize(1);
        world.pass(Duration.ofSeconds(8));
        assertThat(world.engine.running()).isEmpty();
        ContainerStopped stopped = world.told(ContainerStopped.class).getFirst();
        assertThat(stopped.reason()).isEqualTo(StopReason.SUSPENDED);
        assertThat(stopped.exitCode()).isEqualTo(137);
    }

    @Test
    void whatSomebodyRemovedIsReplacedAndItsEndIsNotInvented() {
        wished();
        world.engine.removeBehindOurBack(only().id());
        world.pass(Duration.ofSeconds(6));
        assertThat(facts()).containsExactly(TenantReady.class, ContainerStarted.class, ContainerStarted.class);
        Container gone = world.containers(wish).getFirst();
        assertThat(gone.state()).isEqualTo(ContainerState.STOPPED);
        assertThat(gone.life().reason()).isEqualTo(StopReason.PLATFORM);
        assertThat(gone.life().finishedAt()).isNull();
        assertThat(world.engine.running()).hasSize(1);
    }

    @Test
    void outputOutlivesItsContainerUntilItsRetentionIsOver() {
        wish.image = "job:1";
        wish.kind = WorkloadKind.JOB;
        wished();
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.names()).isEmpty();
        assertThat(world.rooms
                        .keptLogs()
                        .find(world.dsl, only().id())
                        .orElseThrow()
                        .lines())
                .extracting(LogLine::text)
                .containsExactly("hello from " + only().engineName());
        world.clock.advance(Duration.ofDays(8));
        new Sweeper(world.tenure, world.rooms, Duration.ofDays(7), Duration.ofDays(30)).sweep();
        assertThat(world.rooms.keptLogs().find(world.dsl, only().id())).isEmpty();
    }

    @Test
    void aCrashLoopSlowsDownAndSaysWhy() {
        wish.image = "failing:1";
        wished();
        world.pass(Duration.ofMinutes(5));
        assertThat(world.engine.runs()).hasSizeBetween(8, 11);
        Container last = world.containers(wish).getLast();
        assertThat(last.note().code()).isEqualTo("crash_loop");
        assertThat(last.note().message()).contains("the last ended with exit code 9 after 0.200 s");
    }

    @Test
    void aJobThatKeepsFailingIsGivenUpAndThatIsToldOnce() {
        wish.image = "failing:1";
        wish.kind = WorkloadKind.JOB;
        wish.restart = RestartPolicy.ON_FAILURE;
        wished();
        world.pass(Duration.ofMinutes(5));
        assertThat(world.engine.runs()).hasSize(6);
        assertThat(world.told(LaunchFailed.class)).singleElement().satisfies(given -> {
            assertThat(LaunchFailed.isFinal(given.code())).isTrue();
            assertThat(given.message()).contains("given up after 6 attempts", "exit code 9");
        });
    }

    @Test
    void whatIsNeverRestartedStillStartsOnceItsImageCanBeHad() {
        wish.image = "late:1";
        wish.restart = RestartPolicy.NEVER;
        wished();
        assertThat(world.told(LaunchFailed.class)).hasSize(1);
        world.engine.image("late:1", Program.SERVER);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.running()).hasSize(1);
    }

    @Test
    void aClosedAccountLosesItsContainersThenItsNetworkAndItsAddressesAreFreeAgain() {
        wished();
        world.closeAccount(account);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.names()).isEmpty();
        assertThat(world.engine.networkNames()).isEmpty();
        assertThat(facts())
                .containsExactly(
                        TenantReady.class, ContainerStarted.class, ContainerStopped.class, TenantRemoved.class);
        world.openAccount();
        world.work();
        assertThat(world.told(TenantReady.class).getLast().subnet()).isEqualTo("10.200.0.0/26");
    }

    @Test
    void anUnchangedWorldIsLeftAlone() {
        wish.replicas = 3;
        wished();
        world.pass(Duration.ofSeconds(10));
        List<Container> before = world.containers(wish);
        int facts = facts().size();
        world.pass(Duration.ofMinutes(5));
        assertThat(world.containers(wish)).isEqualTo(before);
        assertThat(facts()).hasSize(facts);
        assertThat(world.told(Inventory.class).size())
                .as("six partitions, each ten seconds")
                .isBetween(180, 200);
    }

    @Test
    void aReplicaThatLostTheLeaseChangesNothing() {
        Tenure old = world.tenure;
        Reconciler paused = world.reconciler;
        world.wish(wish);
        world.crash();
        assertThatThrownBy(() -> paused.activate(new Subject.Workload(wish.workload)))
                .isInstanceOf(Lease.Fenced.class);
        assertThat(world.containers(wish)).isEmpty();
        assertThat(old.held()).isFalse();
        world.work();
        assertThat(world.engine.running()).hasSize(1);
    }

    @Test
    void aWithdrawnWorkloadLeavesNothingBehind() {
        wish.replicas = 2;
        wished();
        wish.generation = 2;
        world.withdraw(wish);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.names()).isEmpty();
        assertThat(world.rooms.wishes().standing(world.dsl)).isEmpty();
        assertThat(world.rooms.containers().standingVersions(world.dsl))
                .as("nothing of it is looked at any more")
                .isEmpty();
        assertThat(world.told(ContainerStopped.class)).hasSize(2);
    }
}
