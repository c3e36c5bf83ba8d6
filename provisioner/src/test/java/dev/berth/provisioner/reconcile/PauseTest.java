package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.MisbehavingEngine;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.ContainerPaused;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.workload.CheckType;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workloads that their owner has paused, on an engine on which no signal reaches what is frozen. */
class PauseTest {
    private final World world = new World();
    private Wishes web;

    @BeforeEach
    void runs() {
        world.engine.image("server:1", Program.SERVER);
        world.engine.image("server:2", Program.SERVER);
        web = Wishes.of(world.openAccount());
        web.replicas = 2;
        wish();
        world.pass(Duration.ofSeconds(20));
        assertThat(world.engine.running()).hasSize(2);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void wish() {
        world.wish(web);
    }

    private void pause(boolean paused) {
        web.generation++;
        web.paused = paused;
        wish();
        world.pass(Duration.ofSeconds(10));
    }

    private List<Boolean> frozen() {
        return world.engine.running().stream()
                .map(run -> world.engine.isPaused(run.container))
                .toList();
    }

    @Test
    void freezesWhatRunsAndLetsItGoOnAsTheSameContainers() {
        List<MisbehavingEngine.Run> before = world.engine.running();
        pause(true);
        assertThat(frozen()).containsExactly(true, true);
        assertThat(world.told(ContainerPaused.class)).hasSize(2).allMatch(ContainerPaused::paused);
        pause(false);
        assertThat(frozen()).containsExactly(false, false);
        assertThat(world.engine.running()).isEqualTo(before);
        assertThat(world.told(ContainerPaused.class)).hasSize(4);
        assertThat(world.told(ContainerPaused.class))
                .extracting(ContainerPaused::change)
                .containsOnly(1L, 2L);
        assertThat(world.told(ContainerStopped.class)).isEmpty();
    }

    @Test
    void neitherItsHealthCheckNorItsLongestTimeEndsWhatIsFrozen() {
        web.generation++;
        web.revision++;
        web.healthCheck = new HealthCheck(CheckType.TCP, null, 8080, List.of(), 5, 1, 2, 0);
        wish();
        world.pass(Duration.ofSeconds(40));
        pause(true);
        world.ill.put("server:1", "no answer");
        world.pass(Duration.ofMinutes(5));
        assertThat(frozen()).containsExactly(true, true);
        world.ill.clear();
        pause(false);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told(ContainerStopped.class)).noneMatch(stop -> stop.reason() == StopReason.UNHEALTHY);
    }

    @Test
    void aJobsLongestTimeEndsItOnlyWhenItGoesOn() {
        Wishes job = Wishes.of(web.account);
        job.name = "job";
        job.kind = WorkloadKind.JOB;
        job.maxRuntimeSeconds = 60;
        world.wish(job);
        world.pass(Duration.ofSeconds(10));
        job.generation = 2;
        job.paused = true;
        world.wish(job);
        world.pass(Duration.ofMinutes(5));
        assertThat(world.containers(job)).allMatch(c -> c.state() == ContainerState.RUNNING);
        job.generation = 3;
        job.paused = null;
        world.wish(job);
        world.pass(Duration.ofSeconds(30));
        assertThat(world.told(ContainerStopped.class))
                .singleElement()
                .satisfies(stop -> assertThat(stop.reason()).isEqualTo(StopReason.MAX_RUNTIME));
    }

    /** What ends a workload that is paused. */
    enum Ending {
        STOP,
        SUSPEND,
        DELETE,
        RESTART,
        SCALE
    }

    @ParameterizedTest
    @EnumSource
    void whateverEndsWhatIsFrozenLetsItGoOnFirst(Ending ending) {
        pause(true);
        web.generation++;
        switch (ending) {
            case STOP -> web.state = DesiredState.STOPPED;
            case SUSPEND -> {
                web.state = DesiredState.STOPPED;
                web.heldBy = "suspended";
            }
            case RESTART -> web.run++;
            case SCALE -> web.replicas = 1;
            case DELETE -> {}
        }
        web.paused = ending == Ending.SCALE ? true : null;
        if (ending == Ending.DELETE) {
            world.withdraw(web);
        } else {
            wish();
        }
        world.pass(Duration.ofSeconds(40));
        int left = ending == Ending.SCALE ? 1 : ending == Ending.RESTART ? 2 : 0;
        assertThat(world.engine.running()).hasSize(left);
        assertThat(frozen()).allMatch(is -> is == (ending == Ending.SCALE));
    }

    @Test
    void whatIsChangedWhileItIsPausedTakesEffectWhenItGoesOn() {
        pause(true);
        web.generation++;
        web.revision++;
        web.image = "server:2";
        web.replicas = 3;
        wish();
        world.pass(Duration.ofMinutes(20));
        assertThat(frozen()).containsExactly(true, true);
        pause(false);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.engine.running())
                .hasSize(3)
                .allMatch(run -> run.spec.image().id().contains("2"));
    }

    @Test
    void aSizeThatIsWantedWhileItIsPausedIsAppliedWhenItGoesOn() {
        pause(true);
        web.generation++;
        web.memoryMib = 128;
        wish();
        world.pass(Duration.ofMinutes(1));
        assertThat(world.engine.running()).allMatch(run -> run.size.memoryMib().value() == 64);
        List<MisbehavingEngine.Run> before = world.engine.running();
        pause(false);
        assertThat(world.engine.running())
                .isEqualTo(before)
                .allMatch(run -> run.size.memoryMib().value() == 128);
    }

    @Test
    void somebodyElseWhoLetsItGoOnIsPutRight() {
        pause(true);
        Container one = world.containers(web).getFirst();
        world.engine.pauseBehindOurBack(one.id(), false);
        world.pass(Duration.ofMinutes(2));
        assertThat(frozen()).containsExactly(true, true);
    }

    @Test
    void anAnswerThatWasLostIsFoundByLooking() {
        world.engine.misbehave(
                verb -> verb.equals("pause") ? MisbehavingEngine.Fault.AWAY_AFTER : MisbehavingEngine.Fault.NONE);
        pause(true);
        world.engine.misbehave(verb -> MisbehavingEngine.Fault.NONE);
        world.crash();
        world.pass(Duration.ofSeconds(20));
        assertThat(frozen()).containsExactly(true, true);
        assertThat(world.told(ContainerPaused.class)).hasSize(2);
    }
}
