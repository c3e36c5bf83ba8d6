package dev.berth.billing.cap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.cap.CapRules.Decision;
import dev.berth.billing.cap.CapRules.State;
import dev.berth.billing.cap.CapRules.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CapRulesTest {
    private static final Instant NOVEMBER = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

    private final Random random = new Random(20261130);

    private static State state(int notified, boolean reached, @Nullable Long judged) {
        return new State(NOVEMBER, notified, reached, judged);
    }

    @Test
    void theExampleOfTheRulesHolds() {
        Decision at74 = CapRules.decide(null, 100L, NOVEMBER, 74);
        assertThat(at74).isEqualTo(new Decision(state(0, false, 100L), List.of(), Turn.NONE));
        Decision at91 = CapRules.decide(at74.after(), 100L, NOVEMBER, 91);
        assertThat(at91).isEqualTo(new Decision(state(90, false, 100L), List.of(75, 90), Turn.NONE));
        Decision at103 = CapRules.decide(at91.after(), 100L, NOVEMBER, 103);
        assertThat(at103).isEqualTo(new Decision(state(100, true, 100L), List.of(100), Turn.REACHED));
        Decision at99 = CapRules.decide(at103.after(), 100L, NOVEMBER, 99);
        assertThat(at99.changes(at103.after())).as("a correction wakes nothing").isFalse();
        Decision raised = CapRules.decide(at99.after(), 200L, NOVEMBER, 103);
        assertThat(raised).isEqualTo(new Decision(state(100, false, 200L), List.of(), Turn.RELEASED));
        Decision full = CapRules.decide(raised.after(), 200L, NOVEMBER, 200);
        assertThat(full).isEqualTo(new Decision(state(100, true, 200L), List.of(), Turn.REACHED));
        Decision next = CapRules.decide(full.after(), 200L, DECEMBER, 0);
        assertThat(next).isEqualTo(new Decision(new State(DECEMBER, 0, false, 200L), List.of(), Turn.RELEASED));
        assertThat(CapRules.decide(next.after(), 200L, NOVEMBER, 500).changes(next.after()))
                .as("who looks at the month before changes nothing")
                .isFalse();
        assertThat(CapRules.decide(full.after(), null, NOVEMBER, 200).turn()).isEqualTo(Turn.RELEASED);
    }

    @Test
    void aCapOfNothingIsReachedAtOnceAndToldOnce() {
        Decision first = CapRules.decide(null, 0L, NOVEMBER, 0);
        assertThat(first.notices()).containsExactly(100);
        assertThat(first.turn()).isEqualTo(Turn.REACHED);
        assertThat(CapRules.decide(first.after(), 0L, NOVEMBER, 5).changes(first.after()))
                .isFalse();
    }

    @Test
    void amountsBeyondAnyProductAreCompared() {
        long huge = 1_000_000_000_000_000L;
        assertThat(CapRules.decide(null, huge, NOVEMBER, Long.MAX_VALUE).notices())
                .containsExactly(75, 90, 100);
        assertThat(CapRules.decide(null, huge, NOVEMBER, huge / 4 * 3 - 1).notices())
                .isEmpty();
    }

    @Test
    void whateverIsSeenInWhateverOrderEachNoticeComesOnceAPeriodAndNothingIsTakenBackWhileTheCapStays() {
        for (int round = 0; round < 2_000; round++) {
            State state = null;
            Map<Instant, List<Integer>> noticed = new HashMap<>();
            long amount = random.nextInt(1, 500);
            for (int step = 0; step < 40; step++) {
                boolean sameCap = random.nextInt(6) != 0;
                amount = sameCap ? amount : random.nextInt(0, 500);
                Instant period = NOVEMBER.plus(Duration.ofDays(30L * random.nextInt(0, 1 + step / 10)));
                long used = random.nextInt(0, 600);
                Decision decision = CapRules.decide(state, amount, period, used);
                noticed.computeIfAbsent(decision.after().periodStart(), _ -> new ArrayList<>())
                        .addAll(decision.notices());
                if (!decision.notices().isEmpty() || decision.turn() != Turn.NONE) {
                    assertThat(decision.changes(state)).isTrue();
                }
                boolean ofThePast = state != null && period.isBefore(state.periodStart());
                if (ofThePast) {
                    assertThat(decision.changes(state)).isFalse();
                    continue;
                }
                boolean samePeriod = state != null && state.periodStart().equals(period);
                if (samePeriod && state.reached() && Long.valueOf(amount).equals(state.judgedMinor())) {
                    assertThat(decision.after().reached()).isTrue();
                }
                if (samePeriod) {
                    assertThat(decision.after().notified()).isGreaterThanOrEqualTo(state.notified());
                }
                if (used >= amount) {
                    assertThat(decision.after().reached()).isTrue();
                    assertThat(decision.after().notified()).isEqualTo(100);
                }
                assertThat(CapRules.decide(decision.after(), amount, period, used)
                                .changes(decision.after()))
                        .as("looking twice changes nothing")
                        .isFalse();
                state = decision.after();
            }
            noticed.values()
                    .forEach(list -> assertThat(list).doesNotHaveDuplicates().isSorted());
        }
    }

    @Test
    void theTurnsOfACapTakeTurns() {
        for (int round = 0; round < 1_000; round++) {
            State state = null;
            Turn last = Turn.RELEASED;
            for (int step = 0; step < 30; step++) {
                Long amount = random.nextInt(5) == 0 ? null : Long.valueOf(random.nextInt(0, 100));
                Decision decision = CapRules.decide(
                        state, amount, NOVEMBER.plus(Duration.ofDays(30L * (step / 10))), random.nextInt(0, 150));
                if (decision.turn() != Turn.NONE) {
                    assertThat(decision.changes(state)).isTrue();
                    assertThat(decision.turn()).isNotEqualTo(last);
                    last = decision.turn();
                }
                state = decision.after();
                assertThat(state.reached()).isEqualTo(last == Turn.REACHED);
            }
        }
    }

    @Test
    void whoLowersACapBelowWhatIsUsedPaysForThat() {
        assertThat(CapRules.allowed(state(90, false, 100L), 100, 104, 7)).isEqualTo(107);
        assertThat(CapRules.allowed(state(0, false, 100L), 50, 80, 7)).isEqualTo(87);
        assertThat(CapRules.allowed(null, 50, 80, 7)).isEqualTo(87);
        assertThat(CapRules.allowed(state(100, true, 100L), 150, 160, 7)).isEqualTo(157);
    }
}
