package dev.berth.provisioner.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RolloutTest {
    private static final Instant T0 = Instant.parse("2026-11-22T08:00:00Z");

    private final Wishes wish = Wishes.of(AccountId.next());
    private final Map<ContainerId, Checked> checks = new HashMap<>();
    private Optional<String> obstacle = Optional.empty();
    private Progress progress;
    private Instant now = T0;

    private Container container(int replica, long revision, ContainerState state, Instant startedAt) {
        return container(replica, revision, 1, state, startedAt, null, null, null);
    }

    private Container container(
            int replica,
            long revision,
            int attempt,
            ContainerState state,
            Instant startedAt,
            Instant finishedAt,
            StopReason reason,
            Integer exitCode) {
        Container.Stopping stopping = state == ContainerState.STOPPING
                ? new Container.Stopping(StopReason.STOPPED, now, 5, null, Wishes.cause(now))
                : null;
        Size size = Size.of(wish.cpuMillis, wish.memoryMib);
        return new Container(
                ContainerId.next(),
                wish.account,
                wish.workload,
                new Container.Target(1, revision, 1, replica, attempt, 0),
                "web-" + replica,
                "host",
                wish.image,
                size,
                size,
                null,
                state,
                null,
                stopping,
                new Container.Life("e", "i", startedAt, finishedAt, exitCode, false, reason),
                Container.Note.NONE,
                1,
                Wishes.cause(now),
                null,
                false,
                state.over() ? now : null,
                T0,
                Container.Frozen.NEVER);
    }

    private Container noted(Container c, Container.Note note) {
        return new Container(
                c.id(),
                c.account(),
                c.workload(),
                c.target(),
                c.name(),
                c.host(),
                c.image(),
                c.size(),
                c.wanted(),
                c.resizeRefused(),
                c.state(),
                c.deadlineAt(),
                c.stopping(),
                c.life(),
                note,
                c.sequence(),
                c.cause(),
                c.sizeCause(),
                c.logsKept(),
                c.removedAt(),
                c.createdAt(),
                c.frozen());
    }

    private Plan plan(Container... containers) {
        return plan(Situation.Place.READY, containers);
    }

    private Plan plan(Situation.Place place, Container... containers) {
        Plan plan = Rollout.plan(situation(wish.wish(now), place, List.of(containers)), RolloutRules.USUAL);
        progress = plan.progress();
        return new Plan(plan.steps(), plan.wakeAt(), null);
    }

    private Situation situation(Wish of, Situation.Place place, List<Container> containers) {
        return new Situation(of, place, containers, progress, checks, () -> obstacle, now);
    }

    @Test
    void aNewServiceStartsAllItsReplicas() {
        wish.replicas = 3;
        assertThat(plan().steps()).containsExactly(new Step.Launch(1, 1), new Step.Launch(2, 1), new Step.Launch(3, 1));
    }

    @Test
    void nothingStartsBeforeTheAccountsPlaceIsReady() {
        assertThat(plan(Situation.Place.WAITING).steps()).isEmpty();
    }

    @Test
    void whatIsAsWishedNeedsNothing() {
        Container running = container(1, 1, ContainerState.RUNNING, T0);
        assertThat(plan(running)).isEqualTo(new Plan(List.of(), T0.plusSeconds(2), null));
        assertThat(progress.state()).isEqualTo(RolloutState.PROGRESSING);
        now = T0.plusSeconds(2);
        assertThat(plan(running)).isEqualTo(new Plan(List.of(), null, null));
        assertThat(progress.state()).isEqualTo(RolloutState.COMPLETE);
        assertThat(plan(running)).isEqualTo(new Plan(List.of(), null, null));
    }

    @Test
    void fewerReplicasStopTheHighestNumbers() {
        Container second = container(2, 1, ContainerState.RUNNING, T0);
        assertThat(plan(container(1, 1, ContainerState.RUNNING, T0), second).steps())
                .containsExactly(new Step.Stop(second.id(), StopReason.STOPPED));
    }

    @Test
    void aNewRevisionStartsOneMoreThanWishedAndStopsAnOldOneWhenItSettled() {
        wish.replicas = 2;
        wish.revision = 2;
        Container old1 = container(1, 1, ContainerState.RUNNING, T0);
        Container old2 = container(2, 1, ContainerState.RUNNING, T0);
        assertThat(plan(old1, old2).steps()).containsExactly(new Step.Launch(1, 1));

        now = T0.plusSeconds(10);
        Container new1 = container(1, 2, ContainerState.RUNNING, now);
        Plan settling = plan(old1, old2, new1);
        assertThat(settling).isEqualTo(new Plan(List.of(), now.plusSeconds(2), null));

        now = now.plusSeconds(2);
        assertThat(plan(old1, old2, new1).steps())
                .containsExactly(new Step.Stop(old1.id(), StopReason.REPLACED), new Step.Launch(2, 1));
    }

    @Test
    void oldContainersStayWhileTheNewRevisionCannotRun() {
        wish.revision = 2;
        Container old = container(1, 1, ContainerState.RUNNING, T0);
        Container crashed = container(1, 2, 3, ContainerState.STOPPED, T0, T0.plusMillis(100), StopReason.EXITED, 1);
        Plan plan = plan(old, crashed);
        assertThat(plan.steps()).singleElement().isInstanceOfSatisfying(Step.Remark.class, remark -> {
            assertThat(remark.note().code()).isEqualTo("crash_loop");
            assertThat(remark.note().message()).contains("ended 3 times in a row", "exit code 1 after 0.100 s");
            assertThat(remark.note().nextStartAt()).isEqualTo(now.plusSeconds(4));
        });
    }

    @Test
    void anEndedReplicaStartsAgainAfterAGrowingDelayThatARunOfSomeTimeResets() {
        for (int attempt = 1; attempt <= 9; attempt++) {
            Container ended =
                    container(1, 1, attempt, ContainerState.STOPPED, T0, T0.plusSeconds(1), StopReason.EXITED, 1);
            Duration delay = Duration.ofSeconds(Math.min(60, 1L << (attempt - 1)));
            Plan first = plan(ended);
            assertThat(first.wakeAt()).isEqualTo(now.plus(delay));
            Step.Remark remark = (Step.Remark) first.steps().getFirst();
            Instant due = now.plus(delay);
            now = due;
            assertThat(plan(noted(ended, remark.note())).steps()).containsExactly(new Step.Launch(1, attempt + 1));
        }
        Container stable = container(1, 1, 9, ContainerState.STOPPED, T0, T0.plusSeconds(61), StopReason.EXITED, 1);
        assertThat(plan(stable).wakeAt()).isEqualTo(now.plusSeconds(1));
    }

    @Test
    void restartPoliciesDecideWhatFollowsAnEnd() {
        Container clean = container(1, 1, 1, ContainerState.STOPPED, T0, T0.plusSeconds(1), StopReason.EXITED, 0);
        Container failed = container(1, 1, 1, ContainerState.STOPPED, T0, T0.plusSeconds(1), StopReason.EXITED, 1);
        wish.restart = RestartPolicy.NEVER;
        assertThat(plan(failed).steps()).isEmpty();
        wish.restart = RestartPolicy.ON_FAILURE;
        assertThat(plan(clean).steps()).isEmpty();
        assertThat(plan(failed).steps()).hasSize(1);
        wish.restart = RestartPolicy.ALWAYS;
        assertThat(plan(clean).steps()).hasSize(1);
    }

    @Test
    void whatThePlatformLostIsMadeGoodAtOnceWhateverThePolicy() {
        wish.restart = RestartPolicy.NEVER;
        Container lost = container(1, 1, 1, ContainerState.STOPPED, T0, null, StopReason.PLATFORM, null);
        assertThat(plan(lost).steps())
                .as("made good, and no attempt of the customer's")
                .containsExactly(new Step.Launch(new Container.Turn(1, 1, 1)));
    }

    @Test
    void aJobIsRunToItsEndOnceAndTriedAgainUpToALimit() {
        wish.kind = WorkloadKind.JOB;
        wish.restart = RestartPolicy.ON_FAILURE;
        Container done = container(1, 1, 1, ContainerState.STOPPED, T0, T0.plusSeconds(9), StopReason.EXITED, 0);
        assertThat(plan(done)).isEqualTo(new Plan(List.of(), null, null));
        Container failed = container(1, 1, 2, ContainerState.STOPPED, T0, T0.plusSeconds(9), StopReason.EXITED, 7);
        assertThat(plan(failed).wakeAt()).isEqualTo(now.plusSeconds(2));
        Container last = container(1, 1, 6, ContainerState.STOPPED, T0, T0.plusSeconds(9), StopReason.EXITED, 7);
        assertThat(plan(last).steps()).singleElement().isInstanceOfSatisfying(Step.Refuse.class, refuse -> {
            assertThat(refuse.why().code()).isEqualTo("job_failed");
            assertThat(refuse.why().message()).contains("given up after 6 attempts", "exit code 7");
        });
        assertThat(plan(last, failed(6, 0, "job_failed"))).as("told once").isEqualTo(new Plan(List.of(), null, null));
    }

    @Test
    void aJobThatFailsAfterALongTimeIsGivenUpAsWell() {
        wish.kind = WorkloadKind.JOB;
        wish.restart = RestartPolicy.ON_FAILURE;
        Container third = container(1, 1, 3, ContainerState.STOPPED, T0, T0.plusSeconds(90), StopReason.EXITED, 7);
        now = plan(third).wakeAt();
        Container due = noted(third, new Container.Note("crash_loop", "x", now));
        assertThat(plan(due).steps()).containsExactly(new Step.Launch(1, 4));
        Container sixth = container(1, 1, 6, ContainerState.STOPPED, T0, T0.plusSeconds(90), StopReason.EXITED, 7);
        assertThat(plan(sixth).steps()).singleElement().isInstanceOf(Step.Refuse.class);
    }

    @Test
    void whatThePlatformCouldNotLaunchUsesUpNeitherThePolicyNorTheAttempts() {
        wish.kind = WorkloadKind.JOB;
        for (RestartPolicy policy : List.of(RestartPolicy.NEVER, RestartPolicy.ON_FAILURE)) {
            wish.restart = policy;
            for (String code : List.of("no_capacity", "image_not_found", "deadline_exceeded", "launch_refused")) {
                Container refused = failed(5, 20, code);
                Plan waits = plan(refused);
                assertThat(waits.wakeAt()).as(code).isEqualTo(now.plusSeconds(300));
                Container due = noted(refused, new Container.Note(code, "x", now));
                assertThat(plan(due).steps()).containsExactly(new Step.Launch(new Container.Turn(1, 5, 21)));
            }
        }
        assertThat(plan(failed(1, 299, "no_capacity")).steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Refuse.class,
                        refuse -> assertThat(refuse.why().message()).contains("300 launches in a row"));
    }

    @Test
    void aCommandThatCannotStartIsAnAttemptLikeAnyOther() {
        wish.kind = WorkloadKind.JOB;
        wish.restart = RestartPolicy.NEVER;
        assertThat(plan(failed(1, 0, "start_failed")).steps()).singleElement().isInstanceOf(Step.Refuse.class);
        wish.restart = RestartPolicy.ON_FAILURE;
        Container due = noted(failed(2, 0, "start_failed"), new Container.Note("start_failed", "x", now));
        assertThat(plan(due).steps()).containsExactly(new Step.Launch(1, 3));
        assertThat(plan(failed(6, 0, "start_failed")).steps()).singleElement().isInstanceOf(Step.Refuse.class);
    }

    private Container failed(int attempt, int failures, String code) {
        Container c = container(1, 1, attempt, ContainerState.FAILED, null, null, null, null);
        Container.Target target = new Container.Target(1, 1, 1, 1, attempt, failures);
        return new Container(
                c.id(),
                c.account(),
                c.workload(),
                target,
                c.name(),
                c.host(),
                c.image(),
                c.size(),
                c.wanted(),
                c.resizeRefused(),
                c.state(),
                c.deadlineAt(),
                c.stopping(),
                c.life(),
                new Container.Note(code, "why", null),
                c.sequence(),
                c.cause(),
                c.sizeCause(),
                c.logsKept(),
                c.removedAt(),
                c.createdAt(),
                c.frozen());
    }

    @Test
    void aJobsNextRunWaitsUntilThePreviousOneIsOver() {
        wish.kind = WorkloadKind.JOB;
        wish.run = 2;
        Container old = container(1, 1, ContainerState.RUNNING, T0);
        assertThat(plan(old).steps()).containsExactly(new Step.Stop(old.id(), StopReason.REPLACED));
        assertThat(plan(container(1, 1, ContainerState.STOPPING, T0)).steps()).isEmpty();
        assertThat(plan(container(1, 1, 1, ContainerState.STOPPED, T0, now, StopReason.REPLACED, 0))
                        .steps())
                .containsExactly(new Step.Launch(1, 1));
    }

    @Test
    void aRunThatIsTooLongIsStopped() {
        wish.kind = WorkloadKind.JOB;
        wish.maxRuntimeSeconds = 60;
        Container running = container(1, 1, ContainerState.RUNNING, T0);
        now = T0.plusSeconds(59);
        assertThat(plan(running)).isEqualTo(new Plan(List.of(), T0.plusSeconds(60), null));
        now = T0.plusSeconds(60);
        assertThat(plan(running).steps()).containsExactly(new Step.Stop(running.id(), StopReason.MAX_RUNTIME));
    }

    @Test
    void aHeldWishStopsEverythingAndSaysWhy() {
        Container running = container(1, 1, ContainerState.RUNNING, T0);
        wish.state = DesiredState.STOPPED;
        assertThat(plan(running).steps()).containsExactly(new Step.Stop(running.id(), StopReason.STOPPED));
        wish.heldBy = "suspended";
        assertThat(plan(running).steps()).containsExactly(new Step.Stop(running.id(), StopReason.SUSPENDED));
    }

    @Test
    void whatWasStoppedByAWishStartsAtOnceWhenItIsWishedAgain() {
        Container stopped = container(1, 1, 4, ContainerState.STOPPED, T0, T0.plusSeconds(1), StopReason.STOPPED, 143);
        assertThat(plan(stopped).steps()).containsExactly(new Step.Launch(1, 1));
        assertThat(plan(container(1, 1, ContainerState.STOPPING, T0)).steps()).containsExactly(new Step.Launch(1, 1));
    }

    @Test
    void anotherSizeIsAppliedInPlaceAndWhatTheHostRefusedIsReplaced() {
        Container running = container(1, 1, ContainerState.RUNNING, T0);
        wish.memoryMib = 128;
        wish.generation = 2;
        assertThat(plan(running).steps()).containsExactly(new Step.Resize(running.id(), Size.of(100, 128)));
        Container refused = new Container(
                running.id(),
                running.account(),
                running.workload(),
                running.target(),
                running.name(),
                running.host(),
                running.image(),
                running.size(),
                running.size(),
                2L,
                running.state(),
                null,
                null,
                running.life(),
                running.note(),
                1,
                running.cause(),
                null,
                false,
                null,
                T0,
                Container.Frozen.NEVER);
        assertThat(plan(refused).steps()).containsExactly(new Step.Launch(1, 1));
    }

    @Test
    void kindsAndImagesThatCannotRunAreRefusedOnce() {
        wish.kind = WorkloadKind.MACHINE;
        wish.replicas = 2;
        Step.Refuse refuse = (Step.Refuse) plan().steps().getFirst();
        assertThat(refuse.why().code()).isEqualTo("spec_invalid");
        wish.replicas = 1;
        wish.kind = WorkloadKind.SERVICE;
        wish.image = "not an image";
        refuse = (Step.Refuse) plan().steps().getFirst();
        assertThat(refuse.why().code()).isEqualTo("image_invalid");
        Container told =
                noted(container(1, 1, ContainerState.FAILED, null), new Container.Note("image_invalid", "x", null));
        assertThat(plan(told).steps()).isEmpty();
    }

    @Test
    void aWithdrawnWorkloadStopsAndIsForgottenWhenNothingIsLeft() {
        Container running = container(1, 1, ContainerState.RUNNING, T0);
        Wish withdrawn = new Wish.Withdrawn(wish.workload, wish.account, 2, 10, Wishes.cause(now));
        assertThat(Rollout.plan(situation(withdrawn, Situation.Place.READY, List.of(running)), RolloutRules.USUAL)
                        .steps())
                .containsExactly(new Step.Stop(running.id(), StopReason.STOPPED));
        assertThat(Rollout.plan(situation(withdrawn, Situation.Place.READY, List.of()), RolloutRules.USUAL)
                        .steps())
                .containsExactly(new Step.Gone());
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 400);
    }

    /**
     * From any situation, taking the steps leads to the wish and then to an empty plan; on the way a service never has fewer
     * running than it had or is wished, and never more than one above.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void plansLeadToTheWishAndAServiceNeverGoesBelowIt(long seed) {
        Random random = new Random(seed);
        wish.replicas = random.nextInt(5);
        wish.revision = 2;
        List<Container> world = new ArrayList<>();
        int before = random.nextInt(5);
        for (int replica = 1; replica <= before; replica++) {
            world.add(container(replica, 1 + random.nextInt(2), ContainerState.RUNNING, T0));
        }
        int floor = Math.min(before, wish.replicas);
        for (int round = 0; round < 60; round++) {
            now = now.plusSeconds(1 + random.nextInt(3));
            Plan plan = plan(world.toArray(Container[]::new));
            for (Step step : plan.steps()) {
                switch (step) {
                    case Step.Launch launch ->
                        world.add(container(launch.turn().replica(), 2, ContainerState.RUNNING, now));
                    case Step.Stop stop -> world.removeIf(c -> c.id().equals(stop.container()));
                    default -> throw new AssertionError(step);
                }
                assertThat(world.size()).isGreaterThanOrEqualTo(floor);
                assertThat(world.size()).isLessThanOrEqualTo(Math.max(before, wish.replicas) + 1);
            }
            if (plan.steps().isEmpty() && plan.wakeAt() == null) {
                break;
            }
        }
        assertThat(world).hasSize(wish.replicas).allMatch(c -> c.target().revision() == 2);
        assertThat(plan(world.toArray(Container[]::new))).isEqualTo(new Plan(List.of(), null, null));
    }
}
