package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.quota.Amount;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import dev.berth.schema.workload.WorkloadRemoved;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WishTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    private static Spec spec(WorkloadKind kind, String image, int replicas, int cpuMillis) {
        return new Spec(
                "web",
                kind,
                image,
                List.of(),
                List.of(),
                Map.of(),
                new CpuMillis(cpuMillis),
                new MemoryMib(64),
                replicas,
                List.of(),
                RestartPolicy.ON_FAILURE,
                null,
                10,
                false,
                true,
                Map.of(),
                Manner.USUAL);
    }

    private static Wish wish(WorkloadKind kind) {
        return Wish.made(WorkloadId.next(), AccountId.next(), spec(kind, "a", 1, 100), NOW);
    }

    /** Any order of steps: generations only grow, revision and run never fall, and what is stopped holds nothing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void growsItsGenerationWithEveryChangeAndOnlyThen(long seed) {
        Random random = new Random(seed);
        Wish now = wish(random.nextBoolean() ? WorkloadKind.JOB : WorkloadKind.SERVICE);
        for (int i = 0; i < 200 && now.removedAt() == null; i++) {
            Wish next = switch (random.nextInt(i > 150 ? 9 : 8)) {
                case 0 -> now.start(NOW);
                case 1 -> now.stop(NOW);
                case 2 -> now.runAgain(NOW);
                case 3 -> now.hold("suspended", NOW);
                case 4 -> now.release(NOW);
                case 5 -> now.change(spec(now.spec().kind(), "a" + random.nextInt(3), 1, 100), NOW);
                case 6 -> now.change(spec(now.spec().kind(), now.spec().image(), 1 + random.nextInt(3), 100), NOW);
                case 7 -> now.finish(random.nextLong(now.generation() + 1), NOW);
                default -> now.remove(NOW);
            };
            boolean told = !next.event().equals(now.event());
            assertThat(next.generation()).isEqualTo(told ? now.generation() + 1 : now.generation());
            assertThat(next.revision()).isGreaterThanOrEqualTo(now.revision());
            assertThat(next.run()).isGreaterThanOrEqualTo(now.run());
            assertThat(next.freshGeneration()).isBetween(now.freshGeneration(), next.generation());
            if (next.wanted() == DesiredState.STOPPED || next.removedAt() != null || next.finished()) {
                assertThat(next.takes()).isEqualTo(Amount.NONE);
            } else {
                assertThat(next.takes().containers()).isEqualTo(next.spec().replicas());
            }
            if (next.heldBy() != null) {
                assertThat(next.state()).isEqualTo(DesiredState.STOPPED);
                assertThat(next.wanted()).isEqualTo(DesiredState.RUNNING);
            }
            now = next;
        }
    }

    @Test
    void runsAgainAfterAHoldOnlyWhatItsOwnerWantedToRun() {
        Wish running = wish(WorkloadKind.SERVICE).hold("suspended", NOW);
        assertThat(running.state()).isEqualTo(DesiredState.STOPPED);
        assertThat(((WorkloadDesired) running.event()).heldBy()).isEqualTo("suspended");
        assertThat(running.release(NOW).state()).isEqualTo(DesiredState.RUNNING);
        Wish stopped = running.stop(NOW);
        assertThat(stopped.release(NOW)).isEqualTo(stopped);
        Wish never = wish(WorkloadKind.SERVICE).stop(NOW);
        assertThat(never.hold("suspended", NOW)).isEqualTo(never);
    }

    @Test
    void ignoresTheEndOfAJobThatWasBegunAnewSince() {
        Wish first = wish(WorkloadKind.JOB);
        Wish again = first.runAgain(NOW);
        assertThat(again.finish(1, NOW)).isEqualTo(again);
        Wish through = again.finish(2, NOW);
        assertThat(through.finished()).isTrue();
        assertThat(through.takes()).isEqualTo(Amount.NONE);
        assertThat(through.event()).isEqualTo(again.event());
        assertThat(through.start(NOW).run()).isEqualTo(3);
    }

    @Test
    void ofAJobThatWasMadeLargerMeanwhileTheEndStillCounts() {
        Wish resized = wish(WorkloadKind.JOB).change(spec(WorkloadKind.JOB, "a", 1, 200), NOW);
        assertThat(resized.generation()).isEqualTo(2);
        assertThat(resized.finish(1, NOW).finished()).isTrue();
    }

    @Test
    void doesNotRunAFinishedJobBecauseItsImageChanged() {
        Wish through = wish(WorkloadKind.JOB).finish(1, NOW);
        Wish changed = through.change(spec(WorkloadKind.JOB, "b", 1, 100), NOW);
        assertThat(changed.state()).isEqualTo(DesiredState.STOPPED);
        assertThat(changed.runAgain(NOW).state()).isEqualTo(DesiredState.RUNNING);
    }

    @Test
    void saysGoodbyeOnce() {
        Wish removed = wish(WorkloadKind.SERVICE).remove(NOW);
        assertThat(removed.event()).isInstanceOf(WorkloadRemoved.class);
        assertThat(removed.generation()).isEqualTo(2);
        assertThat(removed.remove(NOW)).isEqualTo(removed);
    }
}
