package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.MisbehavingEngine.Run;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.DesiredState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is on the engine and is not as the rows say: too late, somebody else's, or of other limits. */
@Tag("parts")
class StrangersTest {
    private World world;
    private Wishes wish;

    @BeforeEach
    void begin() {
        world = new World();
        world.engine.image("server:1", Program.SERVER);
        AccountId account = world.openAccount();
        world.work();
        wish = Wishes.of(account);
        world.wish(wish);
        world.work();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void stopped() {
        wish.generation++;
        wish.state = DesiredState.STOPPED;
        world.wish(wish);
        world.work();
    }

    private Container only() {
        assertThat(world.containers(wish)).hasSize(1);
        return world.containers(wish).getFirst();
    }

    @Test
    void whatTheEngineMadeAfterItWasGivenUpIsRemoved() {
        Run run = world.engine.runs().getFirst();
        stopped();
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.names()).isEmpty();
        world.engine.create(run.spec);
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.names()).isEmpty();
        world.engine.create(run.spec);
        world.engine.start(run.spec.name());
        world.pass(Duration.ofSeconds(20));
        assertThat(world.engine.names()).as("nor may it run").isEmpty();
    }

    @Test
    void whateverTookAContainersNameIsLeftAlone() {
        world.engine.takeName(only().id());
        stopped();
        world.pass(Duration.ofSeconds(30));
        assertThat(world.engine.names()).containsExactly(only().engineName());
        assertThat(world.engine.inspect(only().engineName()).orElseThrow().running())
                .isTrue();
        assertThat(only().state()).isEqualTo(ContainerState.STOPPED);
        assertThat(only().removedAt()).as("ours is gone").isNotNull();
        assertThat(world.told(LaunchFailed.class)).isEmpty();
    }

    @Test
    void anEndedContainersOutputIsNotWaitedForWithoutEnd() {
        world.engine.misbehave(verb -> verb.equals("logs") ? Fault.AWAY_BEFORE : Fault.NONE);
        stopped();
        world.pass(Duration.ofMinutes(9));
        assertThat(world.engine.names()).hasSize(1);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.engine.names()).isEmpty();
    }

    @Test
    void otherLimitsThanThoseThatAreBilledArePutBack() {
        world.engine.limitBehindOurBack(only().id(), Size.of(4000, 1024));
        world.pass(Duration.ofSeconds(70));
        assertThat(world.engine.running())
                .singleElement()
                .satisfies(run -> assertThat(run.size).isEqualTo(Size.of(100, 64)));
        assertThat(world.told(ContainerResized.class)).isEmpty();
    }

    @Test
    void aSizeThatTookEffectIsToldAlthoughTheAnswerWasAnError() {
        world.engine.misbehave(verb -> verb.equals("update") ? Fault.FAILED_AFTER : Fault.NONE);
        wish.generation++;
        wish.memoryMib = 128;
        world.wish(wish);
        world.work();
        assertThat(world.told(ContainerResized.class))
                .singleElement()
                .satisfies(resized -> assertThat(resized.memoryMib().value()).isEqualTo(128));
        assertThat(world.engine.runs()).as("and nothing is replaced").hasSize(1);
    }
}
