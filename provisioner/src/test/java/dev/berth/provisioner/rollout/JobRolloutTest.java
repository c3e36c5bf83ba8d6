package dev.berth.provisioner.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jobs of several indices. */
class JobRolloutTest {
    private static final Instant T0 = Instant.parse("2026-11-22T08:00:00Z");

    private final Wishes wish = Wishes.of(AccountId.next());
    private final Map<ContainerId, Container> world = new LinkedHashMap<>();
    private final Map<Integer, Integer> endedWell = new TreeMap<>();
    private Instant now = T0;
    private int most;

    JobRolloutTest() {
        wish.kind = WorkloadKind.JOB;
        wish.restart = RestartPolicy.ON_FAILURE;
    }

    private Plan plan() {
        return Rollout.plan(
                new Situation(
                        wish.wish(now),
                        Situation.Place.READY,
                        List.copyOf(world.values()),
                        null,
                        Map.of(),
                        Optional::empty,
                        now),
                RolloutRules.USUAL);
    }

    private void add(Container.Turn turn, ContainerState state, Container.Note note) {
        Instant since = world.values().stream()
                .filter(c -> c.isOf(wish.revision, wish.run))
                .map(c -> c.target().runSince() == null
                        ? c.life().startedAt()
                        : c.target().runSince())
                .filter(at -> at != null)
                .min(Instant::compareTo)
                .orElse(null);
        Size size = Size.of(wish.cpuMillis, wish.memoryMib);
        Container made = new Container(
                ContainerId.next(),
                wish.account,
                wish.workload,
                new Container.Target(
                        1, wish.revision, wish.run, turn.replica(), turn.attempt(), turn.failures(), since),
                "job-" + turn.replica(),
                "host",
                wish.image,
                size,
                size,
                null,
                state,
                null,
                null,
                new Container.Life("e", "i", state.over() ? null : now, null, null, false, null),
                note,
                1,
                Wishes.cause(now),
                null,
                false,
                state.over() ? now : null,
                now,
                Container.Frozen.NEVER);
        world.values()
                .removeIf(
                        c -> c.target().replica() == turn.replica() && c.state().over());
        world.put(made.id(), made);
    }

    private void end(ContainerId id, StopReason reason, int exitCode) {
        Container c = world.get(id);
        if (reason == StopReason.EXITED && exitCode == 0 && c.isOf(wish.revision, wish.run)) {
            endedWell.merge(c.target().replica(), 1, Integer::sum);
        }
        put(
                c,
                ContainerState.STOPPED,
                new Container.Life("e", "i", c.life().startedAt(), now, exitCode, false, reason),
                c.note());
    }

    private void put(Container c, ContainerState state, Container.Life life, Container.Note note) {
        world.put(
                c.id(),
                new Container(
                        c.id(),
                        c.account(),
                        c.workload(),
                        c.target(),
                        c.name(),
                        c.host(),
                        c.image(),
                        c.size(),
                        c.wanted(),
                        null,
                        state,
                        null,
                        null,
                        life,
                        note,
                        1,
                        c.cause(),
                        null,
                        false,
                        state.over() ? now : null,
                        c.createdAt(),
                        c.frozen()));
    }

    /** Does what a plan says, as the planner and the engine would. */
    private void take(Plan plan) {
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.Launch launch -> add(launch.turn(), ContainerState.RUNNING, Container.Note.NONE);
                case Step.Refuse refuse -> add(refuse.turn(), ContainerState.FAILED, refuse.why());
                case Step.Stop stop -> end(stop.container(), stop.reason(), 143);
                case Step.Remark remark -> {
                    Container c = world.get(remark.container());
                    put(c, c.state(), c.life(), remark.note());
                }
                case Step.Settle settle -> {
                    Container c = world.get(settle.by());
                    put(c, c.state(), c.life(), settle.note());
                    settle.others().forEach(world::remove);
                }
                case Step.Resize _, Step.Freeze _, Step.Gone _ -> throw new AssertionError(step);
            }
            most = Math.max(most, running().size());
        }
    }

    private List<Container> running() {
        return world.values().stream()
                .filter(c -> c.state() == ContainerState.RUNNING)
                .toList();
    }

    private List<Integer> indices() {
        return running().stream().map(c -> c.target().replica()).sorted().toList();
    }

    @Test
    void runsAsManyIndicesAtOnceAsItMayAndTheNextWhenOneHasEnded() {
        wish.replicas = 2;
        wish.completions = 5;
        take(plan());
        assertThat(indices()).containsExactly(1, 2);
        end(running().getFirst().id(), StopReason.EXITED, 0);
        take(plan());
        assertThat(indices()).containsExactly(2, 3);
    }

    @Test
    void runsAsManyAsItHasReplicasWhereNothingElseIsSaid() {
        wish.replicas = 3;
        take(plan());
        assertThat(indices()).containsExactly(1, 2, 3);
        running().forEach(c -> end(c.id(), StopReason.EXITED, 0));
        take(plan());
        assertThat(plan()).isEqualTo(new Plan(List.of(), null, null));
    }

    @Test
    void anIndexThatWaitsForItsNextAttemptTakesUpNoRoom() {
        wish.replicas = 1;
        wish.completions = 2;
        take(plan());
        end(running().getFirst().id(), StopReason.EXITED, 1);
        take(plan());
        assertThat(indices()).containsExactly(2);
    }

    @Test
    void whatCannotBeLaunchedTakesUpItsRoomSinceTheNextWouldNotFareBetter() {
        wish.replicas = 2;
        wish.completions = 1000;
        for (int i = 0; i < 5; i++) {
            for (Step step : plan().steps()) {
                if (step instanceof Step.Launch launch) {
                    add(
                            launch.turn(),
                            ContainerState.FAILED,
                            new Container.Note("image_not_found", "none", now.plusSeconds(60)));
                }
            }
            now = now.plusSeconds(1);
        }
        assertThat(world.values().stream().map(c -> c.target().replica())).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void anIndexThatIsLostEndsTheRunAndStopsTheOthers() {
        wish.replicas = 3;
        wish.completions = 9;
        wish.retries = 0;
        take(plan());
        end(running().get(1).id(), StopReason.EXITED, 7);
        take(plan());
        assertThat(world.values())
                .filteredOn(c -> LaunchFailed.JOB_FAILED.equals(c.note().code()))
                .singleElement()
                .satisfies(c -> assertThat(c.target().replica()).isEqualTo(2));
        take(plan());
        assertThat(running()).isEmpty();
        take(plan());
        assertThat(plan()).isEqualTo(new Plan(List.of(), null, null));
        assertThat(world).as("what needs looking at").hasSize(1);
    }

    @Test
    void theLongestTimeIsThatOfTheWholeRunAlsoWhenItsFirstContainersAreForgotten() {
        wish.replicas = 1;
        wish.completions = 10;
        wish.maxRuntimeSeconds = 100;
        take(plan());
        for (int i = 0; i < 3; i++) {
            now = now.plusSeconds(30);
            end(running().getFirst().id(), StopReason.EXITED, 0);
            take(plan());
        }
        assertThat(indices()).containsExactly(4);
        assertThat(plan().wakeAt()).isEqualTo(T0.plusSeconds(100));
        now = T0.plusSeconds(100);
        assertThat(plan().steps()).contains(new Step.Stop(running().getFirst().id(), StopReason.MAX_RUNTIME));
        take(plan());
        take(plan());
        assertThat(plan()).isEqualTo(new Plan(List.of(), null, null));
    }

    @Test
    void aRunWhoseTimeIsUpWhileItWaitsForAnAttemptIsToldAsFailed() {
        wish.maxRuntimeSeconds = 10;
        take(plan());
        now = now.plusSeconds(9);
        end(running().getFirst().id(), StopReason.EXITED, 1);
        take(plan());
        now = T0.plusSeconds(10);
        assertThat(plan().steps()).singleElement().isInstanceOfSatisfying(Step.Refuse.class, refuse -> {
            assertThat(refuse.why().code()).isEqualTo(LaunchFailed.JOB_FAILED);
            assertThat(refuse.why().message()).contains("longest time, 10 s");
        });
    }

    @Test
    void fewerAtOnceStopTheGreatestIndicesWhichAreRunLater() {
        wish.replicas = 3;
        wish.completions = 3;
        take(plan());
        wish.replicas = 1;
        take(plan());
        assertThat(indices()).containsExactly(1);
        end(running().getFirst().id(), StopReason.EXITED, 0);
        take(plan());
        assertThat(indices()).containsExactly(2);
    }

    @Test
    void moreCompletionsOfARunThatGoesOnAreRunToo() {
        wish.replicas = 2;
        wish.completions = 2;
        take(plan());
        running().forEach(c -> end(c.id(), StopReason.EXITED, 0));
        take(plan());
        wish.completions = 3;
        take(plan());
        assertThat(indices()).containsExactly(3);
    }

    @Test
    void aNewRunBeginsAtTheFirstIndexAndForgetsTheOneBefore() {
        wish.replicas = 2;
        wish.completions = 4;
        take(plan());
        running().forEach(c -> end(c.id(), StopReason.EXITED, 0));
        take(plan());
        wish.run = 2;
        take(plan());
        take(plan());
        assertThat(indices()).containsExactly(1, 2);
        running().forEach(c -> end(c.id(), StopReason.EXITED, 0));
        take(plan());
        assertThat(world.values()).allMatch(c -> c.isOf(1, 2));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 300);
    }

    /**
     * Whatever ends how, in whichever order: never more at once than it may, each index ends well once at most, and it comes to rest, with
     * all of them ended well or one lost and nothing running. What has to be looked at does not grow with what is done.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void itEndsWithEachIndexOnceOrWithOneLost(long seed) {
        Random random = new Random(seed);
        wish.replicas = 1 + random.nextInt(6);
        wish.completions = random.nextInt(5) == 0 ? null : 1 + random.nextInt(30);
        wish.retries = random.nextInt(4);
        wish.restart = random.nextInt(6) == 0 ? RestartPolicy.NEVER : RestartPolicy.ON_FAILURE;
        int failing = random.nextInt(3) * 12;
        int wished = wish.completions == null ? wish.replicas : wish.completions;
        for (int round = 0; round < 3000; round++) {
            Plan plan = plan();
            take(plan);
            assertThat(running()).hasSizeLessThanOrEqualTo(wish.replicas);
            assertThat(most).isLessThanOrEqualTo(wish.replicas);
            if (plan.steps().isEmpty() && running().isEmpty()) {
                if (plan.wakeAt() == null) {
                    break;
                }
                now = plan.wakeAt();
            } else if (!running().isEmpty()) {
                now = now.plus(Duration.ofMillis(random.nextInt(5000)));
                Container next = running().get(random.nextInt(running().size()));
                if (random.nextInt(15) == 0) {
                    end(next.id(), StopReason.PLATFORM, 137);
                } else {
                    end(next.id(), StopReason.EXITED, random.nextInt(100) < failing ? 1 : 0);
                }
            }
        }
        assertThat(running()).isEmpty();
        Map<Integer, Integer> all = new HashMap<>();
        for (int index = 1; index <= wished; index++) {
            all.put(index, 1);
        }
        assertThat(all.entrySet()).containsAll(endedWell.entrySet());
        Indices indices = Indices.of(wish.event(now), List.copyOf(world.values()));
        assertThat(indices.allWell()).isEqualTo(indices.lost().isEmpty());
        assertThat(endedWell.equals(all)).isEqualTo(indices.allWell());
        assertThat(world).as("rows that stand").hasSizeLessThanOrEqualTo(2);
        assertThat(plan().steps()).isEmpty();
    }
}
