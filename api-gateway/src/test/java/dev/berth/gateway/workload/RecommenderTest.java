package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.workload.Loads.Load;
import dev.berth.gateway.workload.Recommender.Use;
import dev.berth.gateway.workload.ScaleState.Mark;
import dev.berth.gateway.workload.ScaleState.Sample;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecommenderTest {
    private static final Instant AT = Instant.parse("2026-11-22T09:14:03.120Z");
    private static final int LIMIT = 250;
    private static final WorkloadId WEB = WorkloadId.next();

    private static Spec spec(int replicas) {
        return new Spec(
                "web",
                WorkloadKind.SERVICE,
                "berth/sample:1",
                List.of(),
                List.of(),
                Map.of(),
                CpuMillis.of(LIMIT),
                MemoryMib.of(256),
                replicas,
                List.of(),
                RestartPolicy.ALWAYS,
                null,
                10,
                false,
                true,
                Map.of(),
                Manner.USUAL);
    }

    private static Autoscale cpu(int min, int max, int percent, int cooldown) {
        return new Autoscale(min, max, percent, null, cooldown);
    }

    private static List<Use> each(int... used) {
        List<Use> uses = new ArrayList<>();
        for (int one : used) {
            uses.add(new Use(one, LIMIT));
        }
        return uses;
    }

    /** A service as it is played: its containers use what the test says between two looks, 15 s apart. */
    private static final class Played {
        final List<ContainerId> containers = new ArrayList<>();
        int replicas;
        ScaleState state = ScaleState.NONE;
        Instant now = AT;
        long nanos;

        Played(int replicas) {
            this.replicas = replicas;
        }

        Recommender.Recommendation look(Autoscale scale, int percentOfLimit) {
            now = now.plusSeconds(15);
            nanos += 15_000L * 1_000_000 * LIMIT / 1000 * percentOfLimit / 100;
            while (containers.size() < replicas) {
                containers.add(ContainerId.next());
            }
            List<Load> loads = containers.subList(0, replicas).stream()
                    .map(id -> new Load(id, WEB, now, nanos, LIMIT, 0, 256L << 20, true))
                    .toList();
            Recommender.Recommendation said = Recommender.recommend(spec(replicas), scale, loads, state, now);
            state = said.next();
            replicas = said.replicas();
            return said;
        }
    }

    @Test
    void followsTheFormulaOfKubernetes() {
        assertThat(Recommender.desired(2, 50, LIMIT, each(207, 207))).isEqualTo(4); // 2 × 82.8 / 50 = 3.3
        assertThat(Recommender.desired(4, 50, LIMIT, each(25, 25, 25, 25))).isEqualTo(1); // 4 × 10 / 50
        assertThat(Recommender.desired(3, 50, LIMIT, each(137, 137, 137)))
                .as("within a tenth")
                .isEqualTo(3);
        assertThat(Recommender.desired(3, 50, LIMIT, each(138, 138, 138)))
                .as("just beyond a tenth")
                .isEqualTo(4);
        assertThat(Recommender.desired(3, 50, LIMIT, each(113, 113, 113))).isEqualTo(3);
        assertThat(Recommender.desired(10, 50, LIMIT, each(112, 112, 112, 112, 112, 112, 112, 112, 112, 112)))
                .isEqualTo(9);
    }

    @Test
    void whatIsNotKnownCountsAgainstTheChange() {
        assertThat(Recommender.desired(4, 50, LIMIT, each(250, 250)))
                .as("the two others use nothing: it is at its aim")
                .isEqualTo(4);
        assertThat(Recommender.desired(4, 50, LIMIT, each(250, 250, 250))).isEqualTo(6);
        assertThat(Recommender.desired(4, 50, LIMIT, each(0, 0, 0)))
                .as("the other uses all: 4 × 25 / 50")
                .isEqualTo(2);
        assertThat(Recommender.desired(2, 50, LIMIT, each(50)))
                .as("with all that the other may it would grow")
                .isEqualTo(2);
        assertThat(Recommender.desired(3, 50, LIMIT, List.of())).isEqualTo(3);
    }

    /** Where all is known, the answer is the formula's, or what there is within the tolerance. */
    @Property
    void isTheFormulaWhereAllIsKnown(
            @ForAll @Size(min = 1, max = 100) List<@IntRange(min = 0, max = 250) Integer> used,
            @ForAll @IntRange(min = 1, max = 100) int aim) {
        int current = used.size();
        List<Use> uses = used.stream().map(one -> new Use(one, LIMIT)).toList();
        double ratio = used.stream().mapToInt(one -> one).sum() * 100.0 / ((double) LIMIT * current * aim);
        int desired = Recommender.desired(current, aim, LIMIT, uses);
        if (Math.abs(ratio - 1) < 0.0999) {
            assertThat(desired).isEqualTo(current);
        } else if (Math.abs(ratio - 1) > 0.1001) {
            assertThat(desired)
                    .isBetween((int) Math.ceil(ratio * current - 1e-6), (int) Math.ceil(ratio * current + 1e-6));
        }
    }

    /** More use never leads to fewer, the order does not count, and what is missing never makes a change larger or turns it round. */
    @Property
    void growsWithTheUseAndIsCarefulWithWhatIsMissing(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 250) Integer> used,
            @ForAll @IntRange(min = 1, max = 100) int aim,
            @ForAll @IntRange(min = 0, max = 10) int missing,
            @ForAll long seed) {
        List<Use> uses =
                new ArrayList<>(used.stream().map(one -> new Use(one, LIMIT)).toList());
        int current = used.size() + missing;
        int desired = Recommender.desired(current, aim, LIMIT, uses);
        Collections.shuffle(uses, new Random(seed));
        assertThat(Recommender.desired(current, aim, LIMIT, uses)).isEqualTo(desired);

        int known = Recommender.desired(used.size(), aim, LIMIT, uses);
        if (known >= used.size()) {
            assertThat(desired).isBetween(current, Math.max(current, known + missing));
        } else {
            assertThat(desired).isBetween(Math.min(known, current), current);
        }
        if (missing == 0) {
            List<Use> more = uses.stream()
                    .map(one -> new Use(Math.min(LIMIT, one.used() + 10), LIMIT))
                    .toList();
            assertThat(Recommender.desired(current, aim, LIMIT, more)).isGreaterThanOrEqualTo(desired);
        }
    }

    /** Whatever it uses: always within the bounds, never more than the double or four at once, and down only to the most of its cooldown. */
    @Property
    void keepsItsBoundsItsPaceAndItsCooldown(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 100) Integer> percents,
            @ForAll @IntRange(min = 1, max = 20) int a,
            @ForAll @IntRange(min = 1, max = 100) int b,
            @ForAll @IntRange(min = 1, max = 100) int aim,
            @ForAll @IntRange(min = 30, max = 300) int cooldown) {
        Autoscale scale = cpu(Math.min(a, b), Math.max(a, b), aim, cooldown);
        Played service = new Played(scale.min());
        List<Mark> changes = new ArrayList<>();
        for (int percent : percents) {
            int before = service.replicas;
            Recommender.Recommendation said = service.look(scale, percent);
            assertThat(said.replicas()).isBetween(scale.min(), scale.max());
            assertThat(said.replicas()).isLessThanOrEqualTo(Math.max(2 * before, before + 4));
            if (said.replicas() > before) {
                changes.add(new Mark(service.now, said.replicas()));
            }
            if (said.replicas() < before) {
                Instant since = service.now.minusSeconds(cooldown);
                assertThat(changes)
                        .as("grown within the cooldown")
                        .noneMatch(one -> one.at().isAfter(since) && one.replicas() > said.replicas());
            }
            assertThat(service.state.history().size()).isLessThanOrEqualTo(WorkloadRules.MAX_REPLICAS);
        }
    }

    @Test
    void growsAtOnceAndShrinksAfterItsCooldown() {
        Autoscale scale = cpu(1, 5, 50, 60);
        Played service = new Played(1);
        assertThat(service.look(scale, 100).message()).isEqualTo("cpu not known yet, aim 50 %: 1 is right");
        assertThat(service.look(scale, 100).message()).isEqualTo("cpu 100 % of 250 m, aim 50 %: 1 to 2");
        assertThat(service.look(scale, 100).replicas())
                .as("one is not known yet")
                .isEqualTo(2);
        assertThat(service.look(scale, 100).replicas()).isEqualTo(4);
        assertThat(service.look(scale, 100).replicas()).isEqualTo(4);
        assertThat(service.look(scale, 100).replicas()).isEqualTo(5);
        assertThat(service.look(scale, 100).message()).endsWith("5 is the most");
        Recommender.Recommendation rests = service.look(scale, 0);
        assertThat(rests.replicas()).isEqualTo(5);
        for (int i = 0; i < 2; i++) {
            rests = service.look(scale, 0);
            assertThat(rests.message()).endsWith("5 stays for its cooldown of 60 s");
        }
        assertThat(service.look(scale, 0).message()).isEqualTo("cpu 0 % of 250 m, aim 50 %: 5 to 1");
    }

    @Test
    void aServiceThatJustCameIsNotTakenAway() {
        Autoscale scale = cpu(1, 5, 50, 60);
        Played service = new Played(4);
        for (int i = 0; i < 4; i++) {
            assertThat(service.look(scale, 0).replicas()).isEqualTo(4);
        }
        assertThat(service.look(scale, 0).replicas()).isEqualTo(1);
    }

    @Test
    void countsOnlyWhatIsReadyAndTakesTheAimThatAsksForMore() {
        ContainerId one = ContainerId.next();
        ContainerId other = ContainerId.next();
        ScaleState before =
                new ScaleState(List.of(new Sample(one, AT, 0), new Sample(other, AT, 0)), List.of(new Mark(AT, 2)));
        Instant now = AT.plusSeconds(15);
        List<Load> loads = List.of(
                new Load(one, WEB, now, 3_000_000_000L, LIMIT, 200L << 20, 256L << 20, true),
                new Load(other, WEB, now, 3_750_000_000L, LIMIT, 250L << 20, 256L << 20, false));
        assertThat(Recommender.recommend(spec(2), cpu(1, 9, 50, 60), loads, before, now)
                        .message())
                .as("the one that is not ready would use nothing")
                .isEqualTo("cpu 80 % of 250 m, aim 50 %: 2 is right");
        Autoscale both = new Autoscale(1, 9, 80, 25, 60);
        assertThat(Recommender.recommend(spec(2), both, loads, before, now).message())
                .isEqualTo("cpu 80 % of 250 m, aim 80 %, memory 78 % of 256 MiB, aim 25 %: 2 to 4");
    }

    @Test
    void aCounterThatFellAndALookLongAgoTellNothing() {
        ContainerId one = ContainerId.next();
        Autoscale scale = cpu(1, 9, 50, 60);
        Instant now = AT.plusSeconds(15);
        List<Load> loads = List.of(new Load(one, WEB, now, 3_750_000_000L, LIMIT, 0, 256L << 20, true));
        List<Mark> marks = List.of(new Mark(AT, 1));
        for (Sample sample : List.of(
                new Sample(one, AT, 4_000_000_000L),
                new Sample(one, now, 0),
                new Sample(one, now.minus(Duration.ofMinutes(3)), 0),
                new Sample(ContainerId.next(), AT, 0))) {
            assertThat(Recommender.recommend(spec(1), scale, loads, new ScaleState(List.of(sample), marks), now)
                            .replicas())
                    .isEqualTo(1);
        }
        assertThat(Recommender.recommend(
                                spec(1), scale, loads, new ScaleState(List.of(new Sample(one, AT, 0)), marks), now)
                        .replicas())
                .isEqualTo(2);
    }
}
