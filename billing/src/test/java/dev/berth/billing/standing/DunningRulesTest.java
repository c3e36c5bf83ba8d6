package dev.berth.billing.standing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.standing.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DunningRulesTest {
    private static final Instant DUE = Instant.parse("2026-03-15T00:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    @Test
    void anAccountIsPastDueFromTheDueTimeAndSuspendedAWeekLater() {
        assertThat(decide(DUE, DUE.minusMillis(1))).isEqualTo(Standing.GOOD);
        assertThat(decide(DUE, DUE)).isEqualTo(Standing.PAST_DUE);
        assertThat(decide(DUE, DUE.plus(WEEK).minusMillis(1))).isEqualTo(Standing.PAST_DUE);
        assertThat(decide(DUE, DUE.plus(WEEK))).isEqualTo(Standing.SUSPENDED);
        assertThat(decide(null, DUE.plus(WEEK))).isEqualTo(Standing.GOOD);
    }

    @Test
    void theOperatorsSuspensionHoldsWhateverIsPaid() {
        DunningRules.Decision decision = DunningRules.decide(new DunningRules.Facts(false, "abuse", null), DUE, WEEK);
        assertThat(decision).isEqualTo(new DunningRules.Decision(Standing.SUSPENDED, "abuse"));
    }

    @Test
    void aClosedAccountIsClosedWhateverElseHolds() {
        assertThat(DunningRules.decide(new DunningRules.Facts(true, "abuse", DUE), DUE, WEEK)
                        .standing())
                .isEqualTo(Standing.CLOSED);
    }

    @Test
    void timeAloneNeverImprovesAStanding() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            Instant first = DUE.plusSeconds(random.nextInt(-1_000_000, 2_000_000));
            Instant second = first.plusSeconds(random.nextInt(1_000_000));
            Standing before = decide(DUE, first);
            Standing after = decide(DUE, second);
            assertThat(after).isGreaterThanOrEqualTo(before);
            assertThat(before == after || DunningRules.mayBecome(before, after)).isTrue();
        }
    }

    private static Standing decide(@Nullable Instant oldestDue, Instant asOf) {
        return DunningRules.decide(new DunningRules.Facts(false, null, oldestDue), asOf, WEEK)
                .standing();
    }
}
