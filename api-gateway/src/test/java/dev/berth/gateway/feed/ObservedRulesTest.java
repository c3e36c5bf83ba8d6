package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.feed.Sighting.State;
import dev.berth.gateway.workload.Observed;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is observed of a workload. */
class ObservedRulesTest {
    private static final WorkloadId WORKLOAD = WorkloadId.next();
    private static final Instant AT = Instant.parse("2026-11-22T09:14:03.120Z");

    private static Wish wish(String kind, String state, int replicas, String restart) {
        return new Wish(WORKLOAD, kind, 3, 0, state, null, replicas, restart, AT, counted(replicas));
    }

    private static Wish.Counted counted(int completions) {
        return new Wish.Counted(completions, 0, 0, null);
    }

    private static Sighting sighting(State state, @Nullable Integer exitCode, @Nullable String reason) {
        return sighting(state, exitCode, reason, 0, 3);
    }

    private static Sighting sighting(
            State state, @Nullable Integer exitCode, @Nullable String reason, int replica, long generation) {
        return new Sighting(
                ContainerId.next(),
                WORKLOAD,
                generation,
                replica,
                state,
                "web:1",
                exitCode,
                reason,
                null,
                250,
                256,
                AT,
                false);
    }

    @Test
    void nothingHeardOfAWishThatRunsIsPending() {
        Observed observed = ObservedRules.observe(wish("service", "running", 2, "always"), List.of());
        assertThat(observed.state()).isEqualTo("pending");
        assertThat(observed.since()).isEqualTo(AT);
    }

    @ParameterizedTest(name = "a service of two with {0} running and an end {1} {2} is {3}")
    @CsvSource({
        "2, , , running",
        "1, , , starting",
        "1, 1, exited, degraded",
        "1, 0, stopped, starting",
        "0, 1, exited, restarting",
        "0, , oom_killed, restarting",
        "0, 0, stopped, starting"
    })
    void aServiceIsWhatItsContainersAre(
            int running, @Nullable Integer exitCode, @Nullable String reason, String state) {
        List<Sighting> seen = new ArrayList<>();
        for (int i = 0; i < running; i++) {
            seen.add(sighting(State.RUNNING, null, null));
        }
        if (reason != null) {
            seen.add(sighting(State.STOPPED, exitCode, reason));
        }
        Observed observed = ObservedRules.observe(wish("service", "running", 2, "always"), seen);
        assertThat(observed.state()).isEqualTo(state);
        assertThat(observed.running()).isEqualTo(running);
    }

    @Test
    void aFailedLaunchIsFailedAndSaysWhy() {
        Sighting failed = new Sighting(
                ContainerId.next(),
                WORKLOAD,
                3,
                0,
                State.FAILED,
                "",
                null,
                "image_not_found",
                "no such image",
                250,
                256,
                AT,
                false);
        Observed observed = ObservedRules.observe(wish("service", "running", 1, "always"), List.of(failed));
        assertThat(observed.state()).isEqualTo("failed");
        assertThat(observed.message()).isEqualTo("no such image");
    }

    @ParameterizedTest(name = "a job whose container ended with {0} {1}, restart {2}, is {3}")
    @CsvSource({
        "0, exited, never, finished",
        "0, exited, on_failure, finished",
        "1, exited, never, failed",
        "1, exited, on_failure, restarting",
        ", max_runtime, on_failure, failed",
        ", oom_killed, never, failed",
        ", disk_full, never, failed",
        ", disk_full, on_failure, restarting"
    })
    void aJobEndsAsItsContainerDid(@Nullable Integer exitCode, String reason, String restart, String state) {
        Sighting end = sighting(State.STOPPED, exitCode, reason);
        assertThat(ObservedRules.observe(wish("job", "running", 1, restart), List.of(end))
                        .state())
                .isEqualTo(state);
        assertThat(ObservedRules.isFinished(wish("job", "running", 1, restart), List.of(end)))
                .isEqualTo(!state.equals("restarting"));
    }

    @ParameterizedTest(name = "a job whose launch failed with {0} has come to its end: {1}")
    @CsvSource({"job_failed, true", "image_refused, true", "no_capacity, false", "image_not_found, false"})
    void aJobThatWasGivenUpHasFailedAndIsOver(String code, boolean over) {
        Sighting given = sighting(State.FAILED, null, code);
        Wish job = wish("job", "running", 1, "on_failure");
        assertThat(ObservedRules.observe(job, List.of(given)).state()).isEqualTo("failed");
        assertThat(ObservedRules.isFinished(job, List.of(given))).isEqualTo(over);
    }

    @Test
    void aJobThatWasStoppedWhenItEndedStillTellsHowItEnded() {
        Sighting end = sighting(State.STOPPED, 0, "exited");
        assertThat(ObservedRules.observe(wish("job", "stopped", 1, "never"), List.of(end))
                        .state())
                .isEqualTo("finished");
    }

    @Test
    void anEndOfAnEarlierRunSaysNothingOfThisOne() {
        Wish second = new Wish(WORKLOAD, "job", 4, 3, "running", null, 1, "never", AT, counted(1));
        Sighting first = sighting(State.STOPPED, 0, "exited", 0, 3);
        assertThat(ObservedRules.observe(second, List.of(first)).state()).isEqualTo("pending");
    }

    @Test
    void aJobOfTwoIsFinishedWhenBothAre() {
        Wish job = wish("job", "running", 2, "never");
        Sighting one = sighting(State.STOPPED, 0, "exited", 0, 3);
        Sighting two = sighting(State.STOPPED, 0, "exited", 1, 3);
        assertThat(ObservedRules.isFinished(job, List.of(one))).isFalse();
        assertThat(ObservedRules.isFinished(job, List.of(one, sighting(State.RUNNING, null, null, 1, 3))))
                .isFalse();
        assertThat(ObservedRules.isFinished(job, List.of(one, two))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stopped", "removed"})
    void whatIsNotWishedIsStoppingWhileItRuns(String desired) {
        Wish wish = wish("service", desired, 1, "always");
        assertThat(ObservedRules.observe(wish, List.of(sighting(State.RUNNING, null, null)))
                        .state())
                .isEqualTo("stopping");
        assertThat(ObservedRules.observe(wish, List.of(sighting(State.STOPPED, 0, "stopped")))
                        .state())
                .isEqualTo(desired);
    }

    @Test
    void whatIsHeldSaysWhatHoldsIt() {
        Wish held = new Wish(WORKLOAD, "service", 3, 0, "stopped", "cap_reached", 1, "always", AT, counted(1));
        assertThat(ObservedRules.observe(held, List.of()).message()).isEqualTo("held: cap reached");
    }

    /** Whatever is heard, an answer is given, and it never says that something runs that does not. */
    @Test
    void anySightingsAreAnswered() {
        Random random = new Random(20261122);
        List<String> reasons = List.of(
                "exited", "oom_killed", "stopped", "replaced", "suspended", "max_runtime", "disk_full", "platform");
        for (int round = 0; round < 5000; round++) {
            List<Sighting> seen = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                State state =
                        List.of(State.RUNNING, State.STOPPED, State.FAILED).get(random.nextInt(3));
                seen.add(sighting(
                        state,
                        random.nextBoolean() ? null : random.nextInt(3),
                        state == State.RUNNING ? null : reasons.get(random.nextInt(reasons.size())),
                        random.nextInt(3),
                        random.nextInt(5)));
            }
            Wish wish = random.nextInt(10) == 0
                    ? null
                    : wish(
                            random.nextBoolean() ? "job" : "service",
                            List.of("running", "stopped", "removed").get(random.nextInt(3)),
                            1 + random.nextInt(3),
                            List.of("always", "on_failure", "never").get(random.nextInt(3)));
            Observed observed = ObservedRules.observe(wish, seen);
            long running =
                    seen.stream().filter(one -> one.state() == State.RUNNING).count();
            assertThat(observed.running()).isEqualTo((int) running);
            if (observed.state().equals("running")) {
                assertThat(running).isPositive();
            }
        }
    }
}
