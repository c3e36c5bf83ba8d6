package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.DesiredState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose images are whose, and how they come to the host. */
@Tag("parts")
class ImagesTest {
    private World world;
    private AccountId account;
    private Wishes wish;

    @BeforeEach
    void begin() {
        world = new World();
        world.engine.remoteImage("remote:1", Program.SERVER);
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

    private Container only() {
        assertThat(world.containers(wish)).hasSize(1);
        return world.containers(wish).getFirst();
    }

    @Test
    void anImageOnTheHostIsNobodysUntilTheRegistryGaveItToTheAccount() {
        world.engine.image("registry.example.com/secret:1", Program.SERVER);
        wish.image = "registry.example.com/secret:1";
        wished();
        assertThat(world.engine.names()).isEmpty();
        assertThat(only().state()).isEqualTo(ContainerState.FAILED);
        assertThat(only().note().code()).isEqualTo("image_not_found");

        world.engine.remoteImage("registry.example.com/secret:1", Program.SERVER);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.engine.running()).hasSize(1);

        world.engine.misbehave(verb -> verb.equals("pull") ? Fault.FAILED_BEFORE : Fault.NONE);
        wish.generation++;
        wish.revision++;
        wished();
        world.pass(Duration.ofMinutes(1));
        assertThat(world.engine.running())
                .as("what this account was given once needs no registry")
                .singleElement()
                .satisfies(run -> assertThat(world.engine.runs()).hasSize(2));
        AccountId stranger = world.openAccount();
        world.work();
        Wishes theirs = Wishes.of(stranger);
        theirs.image = wish.image;
        world.wish(theirs);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.engine.running()).hasSize(1);
    }

    @Test
    void anImageIsNeverLookedUpByTheBeginningOfItsId() {
        world.engine.image("19", Program.SERVER).image("sha256:19", Program.SERVER);
        wish.image = "19";
        wished();
        assertThat(only().note().code()).isEqualTo("image_not_found");
        Wishes other = Wishes.of(account);
        other.image = "sha256:19";
        world.wish(other);
        world.work();
        assertThat(world.containers(other))
                .singleElement()
                .satisfies(refused -> assertThat(refused.note().code()).isEqualTo("image_invalid"));
        assertThat(world.engine.names()).isEmpty();
    }

    @Test
    void oneAccountFetchesOneImageAtATimeAndNobodyWaitsForIt() {
        Wishes second = Wishes.of(account);
        Wishes strangers = Wishes.of(world.openAccount());
        world.work();
        world.engine.remoteImage("remote:2", Program.SERVER).remoteImage("remote:3", Program.SERVER);
        wish.image = "remote:1";
        second.image = "remote:2";
        strangers.image = "remote:3";
        for (Wishes one : List.of(wish, second, strangers)) {
            world.wish(one);
            world.activate(new Subject.Workload(one.workload));
            world.activate(new Subject.Run(world.containers(one).getFirst().id()));
        }
        Subject secondPull =
                new Subject.Pull(world.containers(second).getFirst().id());
        Subject strangersPull =
                new Subject.Pull(world.containers(strangers).getFirst().id());
        world.engine.duringPull(() -> {
            world.engine.duringPull(() -> {});
            world.activate(secondPull);
            world.activate(strangersPull);
        });
        world.activate(new Subject.Pull(only().id()));
        assertThat(world.engine.image("remote:1")).isPresent();
        assertThat(world.engine.image("remote:2")).isEmpty();
        assertThat(world.engine.image("remote:3")).isPresent();
        assertThat(world.later).containsKey(secondPull);
        world.pass(Duration.ofSeconds(20));
        assertThat(world.engine.running()).hasSize(3);
    }

    @Test
    void theTimeToFetchAnImageBeginsWhenItIsItsTurn() {
        wish.image = "remote:1";
        world.wish(wish);
        world.activate(new Subject.Workload(wish.workload));
        Subject drive = new Subject.Run(only().id());
        world.activate(drive);
        world.clock.advance(Duration.ofMinutes(40));
        world.activate(drive);
        assertThat(only().state()).isEqualTo(ContainerState.PULLING);
        world.engine.duringPull(() -> world.clock.advance(Duration.ofMinutes(13)));
        world.activate(new Subject.Pull(only().id()));
        assertThat(only().overdue(world.clock.instant()))
                .as("thirteen minutes are too long for one image")
                .isTrue();
    }

    @Test
    void imagesThatNobodyUsesMakeRoomForOthersAndNoOthersDo() {
        world.engine.image("local:1", Program.SERVER);
        List<Wishes> all = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            world.engine.remoteImage("remote:" + i, Program.SERVER);
            Wishes one = Wishes.of(account);
            one.image = "remote:" + i;
            world.wish(one);
            world.work();
            all.add(one);
        }
        for (Wishes one : all.subList(1, 4)) {
            one.generation++;
            one.state = DesiredState.STOPPED;
            world.wish(one);
        }
        world.pass(Duration.ofSeconds(30));
        assertThat(world.engine.image("remote:2")).as("used a moment ago").isPresent();
        world.clock.advance(Duration.ofMinutes(70));
        world.pass(Duration.ofSeconds(10));
        assertThat(world.engine.image("remote:1")).as("in use").isPresent();
        assertThat(world.engine.image("remote:2")).isEmpty();
        assertThat(world.engine.image("remote:3")).isEmpty();
        assertThat(world.engine.image("remote:4")).as("there is room for it").isPresent();
        assertThat(world.engine.image("local:1")).as("no tenant's").isPresent();
        assertThat(world.engine.running()).hasSize(1);
    }
}
