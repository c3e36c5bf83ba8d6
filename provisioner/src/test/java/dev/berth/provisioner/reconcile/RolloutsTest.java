package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.workload.CheckType;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Services that change over, on a real database and an engine in memory, by a clock that the test moves. */
@Tag("parts")
class RolloutsTest {
    private static final HealthCheck CHECK = new HealthCheck(CheckType.HTTP, "/", 8080, List.of(), 5, 2, 3, 0);

    private final World world = new World();
    private Wishes wish;

    @BeforeEach
    void begin() {
        world.engine.image("server:1", Program.SERVER);
        world.engine.image("server:2", Program.SERVER);
        world.engine.image("crashes:1", Program.ends(Duration.ofMillis(300), 1));
        AccountId account = world.openAccount();
        wish = Wishes.of(account);
        wish.replicas = 2;
        world.work();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private static RolloutWish how(RolloutStrategy strategy, boolean promoted, boolean paused) {
        return new RolloutWish(
                strategy, 1, 0, 2, 120, 1, strategy == RolloutStrategy.BLUE_GREEN, true, promoted, paused);
    }

    private void wished(Duration time) {
        world.wish(wish);
        world.pass(time);
    }

    private void next(String image) {
        wish.image = image;
        wish.revision++;
        wish.generation++;
    }

    private RolloutObserved last() {
        return world.told(RolloutObserved.class).getLast();
    }

    private List<Container> running() {
        return world.containers(wish).stream()
                .filter(c -> c.state() == ContainerState.RUNNING)
                .toList();
    }

    private long running(long revision) {
        return running().stream().filter(c -> c.target().revision() == revision).count();
    }

    @Test
    void tellsEachStepOnceAndThatItIsComplete() {
        wished(Duration.ofSeconds(20));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(last().servingRevision()).isEqualTo(1);
        assertThat(last().ready()).isEqualTo(2);
        int told = world.told(RolloutObserved.class).size();
        world.pass(Duration.ofMinutes(10));
        assertThat(world.told(RolloutObserved.class)).hasSize(told);
        assertThat(world.told(RolloutObserved.class).stream().map(RolloutObserved::sequence))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, told).boxed().toList());
    }

    @Test
    void aRevisionThatEndsEarlyGoesBackByItselfAndSaysWhy() {
        wished(Duration.ofSeconds(10));
        List<Container> before = running();
        next("crashes:1");
        wished(Duration.ofSeconds(30));
        assertThat(last().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(last().message()).contains("web-1 ended 3 times in a row", "exit code 1");
        assertThat(last().revision()).isEqualTo(2);
        assertThat(last().servingRevision()).isEqualTo(1);
        assertThat(running().stream().map(Container::id))
                .as("what served was never touched")
                .isEqualTo(before.stream().map(Container::id).toList());
        int launches = world.containers(wish).size();
        world.pass(Duration.ofMinutes(30));
        assertThat(world.containers(wish)).as("nothing more is tried").hasSize(launches);
        wish.replicas = 3;
        wish.generation++;
        wished(Duration.ofSeconds(10));
        assertThat(running(1)).as("what serves is still scaled").isEqualTo(3);
        next("server:2");
        wished(Duration.ofSeconds(30));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(running(3)).isEqualTo(3);
    }

    @Test
    void aRolloutThatIsNotReadyInTimeFailsByTheClock() {
        wish.readinessCheck = CHECK;
        wish.rollout = how(RolloutStrategy.ROLLING, false, false);
        wished(Duration.ofSeconds(20));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        world.ill.put("server:2", "GET / answered 503");
        next("server:2");
        wished(Duration.ofSeconds(110));
        assertThat(last().state()).isEqualTo(RolloutState.PROGRESSING);
        assertThat(running(1)).isEqualTo(2);
        world.pass(Duration.ofSeconds(20));
        assertThat(last().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(last().message()).contains("not complete within 120 s", "GET / answered 503");
        assertThat(running(1)).isEqualTo(2);
        assertThat(running(2)).isZero();
    }

    @Test
    void withoutAnythingToGoBackToItFailsAndGoesOnTryingAndCanStillComplete() {
        world.engine.remoteImage("later:1", Program.SERVER);
        wish.image = "none:1";
        wish.rollout = how(RolloutStrategy.ROLLING, false, false);
        wished(Duration.ofSeconds(200));
        assertThat(last().state()).isEqualTo(RolloutState.FAILED);
        assertThat(last().message()).contains("not complete within 120 s");
        world.engine.image("none:1", Program.SERVER);
        world.pass(Duration.ofMinutes(10));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(last().message()).isNull();
    }

    @Test
    void aCanaryWaitsForItsOwnerHoweverLongAndThenGoesOn() {
        wish.replicas = 3;
        wished(Duration.ofSeconds(10));
        wish.rollout = how(RolloutStrategy.CANARY, false, false);
        next("server:2");
        wished(Duration.ofMinutes(60));
        assertThat(last().state()).isEqualTo(RolloutState.AWAITING);
        assertThat(running(1)).isEqualTo(3);
        assertThat(running(2)).isEqualTo(1);
        wish.rollout = how(RolloutStrategy.CANARY, true, false);
        wish.generation++;
        wished(Duration.ofSeconds(60));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(running(2)).isEqualTo(3);
        assertThat(running()).hasSize(3);
    }

    @Test
    void aCanaryThatIsAbortedLeavesWhatServed() {
        wished(Duration.ofSeconds(10));
        List<Container> before = running();
        wish.rollout = how(RolloutStrategy.CANARY, false, false);
        next("server:2");
        wished(Duration.ofSeconds(30));
        wish.image = "server:1";
        wish.revision = 1;
        wish.generation++;
        wished(Duration.ofSeconds(10));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(last().revision()).isEqualTo(1);
        assertThat(running().stream().map(Container::id))
                .isEqualTo(before.stream().map(Container::id).toList());
    }

    @Test
    void blueGreenStartsAllNewOnesBesideTheOldOnesAndSwitchesTogether() {
        wished(Duration.ofSeconds(10));
        wish.rollout = how(RolloutStrategy.BLUE_GREEN, false, false);
        next("server:2");
        wished(Duration.ofSeconds(20));
        assertThat(last().state()).isEqualTo(RolloutState.AWAITING);
        assertThat(running(1)).isEqualTo(2);
        assertThat(running(2)).isEqualTo(2);
        wish.rollout = how(RolloutStrategy.BLUE_GREEN, true, false);
        wish.generation++;
        wished(Duration.ofSeconds(5));
        assertThat(running(1)).isZero();
        assertThat(running(2)).isEqualTo(2);
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
    }

    @Test
    void recreateNeverRunsOldAndNewBesideEachOther() {
        wished(Duration.ofSeconds(10));
        wish.rollout = how(RolloutStrategy.RECREATE, false, false);
        next("server:2");
        wished(Duration.ofSeconds(20));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        var oldEnds = world.told(ContainerStopped.class).stream()
                .map(ContainerStopped::finishedAt)
                .max(java.util.Comparator.naturalOrder())
                .orElseThrow();
        assertThat(running())
                .hasSize(2)
                .allSatisfy(c -> assertThat(c.life().startedAt()).isAfterOrEqualTo(oldEnds));
    }

    @Test
    void whatNothingMayRunBesideGoesBackAlsoFromARevisionThatRunsAndIsNeverReady() {
        wish.readinessCheck = CHECK;
        wish.rollout = new RolloutWish(RolloutStrategy.RECREATE, 0, 0, 2, 60, 1, false, true, false, false);
        wished(Duration.ofSeconds(20));
        world.ill.put("server:2", "GET / answered 503");
        next("server:2");
        wished(Duration.ofSeconds(150));
        assertThat(last().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(running(1)).isEqualTo(2);
        assertThat(running(2)).isZero();
    }

    @Test
    void aRolloutThatWasPausedWithItsContainersStillFailsByTheClock() {
        wish.readinessCheck = CHECK;
        wish.rollout = how(RolloutStrategy.ROLLING, false, false);
        wished(Duration.ofSeconds(20));
        world.ill.put("server:2", "GET / answered 503");
        next("server:2");
        wished(Duration.ofSeconds(20));
        wish.generation++;
        wish.paused = true;
        wished(Duration.ofMinutes(10));
        wish.generation++;
        wish.paused = false;
        wished(Duration.ofMinutes(10));
        assertThat(last().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(running(1)).isEqualTo(2);
    }

    @Test
    void aPausedRolloutStandsStillAndItsTimeDoesNotRun() {
        wished(Duration.ofSeconds(10));
        wish.rollout = how(RolloutStrategy.ROLLING, false, true);
        next("server:2");
        wished(Duration.ofMinutes(30));
        assertThat(last().state()).isEqualTo(RolloutState.PAUSED);
        assertThat(running(1)).isEqualTo(2);
        assertThat(running(2)).isZero();
        wish.rollout = how(RolloutStrategy.ROLLING, false, false);
        wish.generation++;
        wished(Duration.ofSeconds(30));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
    }

    @Test
    void anUnhealthyContainerIsEndedAndItsLoopSaysWhichCheckFailed() {
        wish.replicas = 1;
        wish.healthCheck = CHECK;
        wished(Duration.ofSeconds(20));
        assertThat(last().ready()).isEqualTo(1);
        world.ill.put("server:1", "GET / answered 500");
        world.pass(Duration.ofSeconds(25));
        ContainerStopped stopped = world.told(ContainerStopped.class).getFirst();
        assertThat(stopped.reason()).isEqualTo(StopReason.UNHEALTHY);
        world.pass(Duration.ofMinutes(5));
        assertThat(world.containers(wish))
                .anySatisfy(c -> assertThat(c.note().message()).contains("crash loop", "GET / answered 500"));
        assertThat(last().ready()).isZero();
        world.ill.clear();
        world.pass(Duration.ofMinutes(3));
        assertThat(last().ready()).isEqualTo(1);
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
    }

    @Test
    void aProcessThatTakesOverGoesOnWhereTheOtherWas() {
        wish.readinessCheck = CHECK;
        wished(Duration.ofSeconds(20));
        next("server:2");
        world.wish(wish);
        for (int i = 0; i < 30; i++) {
            world.pass(Duration.ofSeconds(1));
            world.crash();
        }
        world.pass(Duration.ofSeconds(20));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(running(2)).isEqualTo(2);
        assertThat(running()).hasSize(2);
        assertThat(world.told(RolloutObserved.class))
                .allSatisfy(fact -> assertThat(fact.ready())
                        .as("of what is told once all were ready: %s", fact)
                        .isGreaterThanOrEqualTo(fact.servingRevision() == null ? 0 : 2));
    }

    @Test
    void startsAfterWhatItDependsOnAndSaysWhatItWaitsFor() {
        Wishes job = Wishes.of(wish.account);
        job.name = "migrate";
        job.kind = WorkloadKind.JOB;
        job.image = "ends:1";
        job.restart = dev.berth.schema.workload.RestartPolicy.ON_FAILURE;
        world.engine.image("ends:1", Program.ends(Duration.ofSeconds(20), 0));
        Wishes db = Wishes.of(wish.account);
        db.name = "db";
        db.readinessCheck = CHECK;
        world.ill.put("server:2", "not yet");
        db.image = "server:2";
        wish.dependsOn = List.of("db", "migrate");
        wished(Duration.ofSeconds(5));
        assertThat(last().message()).contains("'db'", "no workload of that name");
        world.wish(db);
        world.wish(job);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.told(RolloutObserved.class).stream()
                        .filter(fact -> fact.workload().equals(wish.workload))
                        .toList()
                        .getLast()
                        .message())
                .isEqualTo("waits for 'db' to be ready");
        assertThat(world.containers(wish)).isEmpty();
        world.ill.clear();
        world.pass(Duration.ofSeconds(4));
        assertThat(world.containers(wish)).isEmpty();
        world.pass(Duration.ofSeconds(20));
        assertThat(running()).hasSize(2);
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(last().message()).isNull();
    }

    @Test
    void stoppedInTheMiddleItsTimeBeginsAnewWhenItIsStarted() {
        wished(Duration.ofSeconds(10));
        wish.rollout = how(RolloutStrategy.ROLLING, false, false);
        wish.readinessCheck = CHECK;
        world.ill.put("server:2", "not yet");
        next("server:2");
        wished(Duration.ofSeconds(60));
        wish.state = DesiredState.STOPPED;
        wish.generation++;
        wished(Duration.ofMinutes(30));
        assertThat(running()).isEmpty();
        assertThat(last().ready()).isZero();
        wish.state = DesiredState.RUNNING;
        wish.generation++;
        wished(Duration.ofSeconds(60));
        assertThat(last().state()).isEqualTo(RolloutState.PROGRESSING);
        world.ill.clear();
        world.pass(Duration.ofSeconds(20));
        assertThat(last().state()).isEqualTo(RolloutState.COMPLETE);
    }
}
