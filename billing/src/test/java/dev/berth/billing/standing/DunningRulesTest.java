package dev.berth.billing.standing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.standing.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DunningRulesTest {
    private static final Instant DUE = Instant.parse("2026-03-15T00:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);

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
        DunningRules.Decision decision =
                DunningRules.decide(new DunningRules.Facts(false, "abuse", null, null), DUE, WEEK, MONTH);
        assertThat(decision).isEqualTo(new DunningRules.Decision(Standing.SUSPENDED, "abuse"));
    }

    @Test
    void aClosedAccountIsClosedWhateverElseHolds() {
        assertThat(DunningRules.decide(new DunningRules.Facts(true, "abuse", DUE, null), DUE, WEEK, MONTH)
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

    @Test
    void whoIsSuspendedForTheTimeOfKeepingIsClosedAndNobodyElse() {
        Instant suspended = DUE.plus(WEEK);
        assertThat(kept(suspended, suspended.plus(MONTH).minusMillis(1))).isEqualTo(Standing.SUSPENDED);
        assertThat(kept(suspended, suspended.plus(MONTH))).isEqualTo(Standing.CLOSED);
        assertThat(kept(null, DUE.plus(Duration.ofDays(999))))
                .as("however old the debt is, it is suspended first")
                .isEqualTo(Standing.SUSPENDED);
        assertThat(DunningRules.decide(
                                new DunningRules.Facts(false, "abuse", DUE, null),
                                DUE.plus(Duration.ofDays(999)),
                                WEEK,
                                MONTH)
                        .standing())
                .as("what the operator suspended, the operator closes")
                .isEqualTo(Standing.SUSPENDED);
    }

    /** From any standing only a step of the table is taken, whatever the facts and the times are. */
    @Property
    void everyDecisionIsAStepOfTheTable(
            @ForAll Standing from,
            @ForAll boolean closed,
            @ForAll boolean held,
            @ForAll @IntRange(min = -100, max = 100) int dueInDays,
            @ForAll @IntRange(min = -1, max = 100) int suspendedForDays) {
        Instant now = DUE;
        boolean suspended = from == Standing.SUSPENDED && suspendedForDays >= 0;
        Standing to = DunningRules.decide(
                        new DunningRules.Facts(
                                closed || from == Standing.CLOSED,
                                held ? "by hand" : null,
                                now.plus(Duration.ofDays(dueInDays)),
                                suspended ? now.minus(Duration.ofDays(suspendedForDays)) : null),
                        now,
                        WEEK,
                        MONTH)
                .standing();
        assertThat(from == to || DunningRules.mayBecome(from, to))
                .as("%s to %s", from, to)
                .isTrue();
        if (to == Standing.CLOSED && !closed && from != Standing.CLOSED) {
            assertThat(suspended).isTrue();
            assertThat(Duration.ofDays(suspendedForDays)).isGreaterThanOrEqualTo(MONTH);
        }
    }

    private static Standing kept(@Nullable Instant suspendedSince, Instant asOf) {
        return DunningRules.decide(new DunningRules.Facts(false, null, DUE, suspendedSince), asOf, WEEK, MONTH)
                .standing();
    }

    private static Standing decide(@Nullable Instant oldestDue, Instant asOf) {
        return DunningRules.decide(new DunningRules.Facts(false, null, oldestDue, null), asOf, WEEK, MONTH)
                .standing();
    }
}
