package dev.berth.billing.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.payment.RetryRules.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryRulesTest {
    private static final Instant FIRST = Instant.parse("2026-03-10T10:00:00Z");

    @Test
    void aSoftDeclineIsTriedAgainAfterOneThreeFiveAndSevenDays() {
        assertThat(played("insufficient_funds", Duration.ZERO))
                .containsExactly(
                        FIRST.plus(Duration.ofDays(1)),
                        FIRST.plus(Duration.ofDays(3)),
                        FIRST.plus(Duration.ofDays(5)),
                        FIRST.plus(Duration.ofDays(7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost_card", "stolen_card", "fraudulent", "expired_card", "amount_too_small"})
    void aHardDeclineIsNeverTriedAgain(String code) {
        assertThat(RetryRules.decide(code, 1, FIRST, FIRST)).isEqualTo(new Decision.Stop("hard_decline"));
    }

    @Test
    void aHardDeclineLaterEndsIt() {
        assertThat(RetryRules.decide("stolen_card", 3, FIRST, FIRST.plus(Duration.ofDays(3))))
                .isEqualTo(new Decision.Stop("hard_decline"));
    }

    @Test
    void noFailureIsNothingToDecideAbout() {
        assertThatThrownBy(() -> RetryRules.decide("card_declined", 0, FIRST, FIRST))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** However late each failure is known, tries lie in the future, apart from one another, and end. */
    @Property
    void triesLieAheadAndEnd(@ForAll @IntRange(max = 100) int hoursUntilKnown) {
        List<Instant> tries = played("card_declined", Duration.ofHours(hoursUntilKnown));
        assertThat(tries).hasSize(RetryRules.WAITS.size());
        for (int i = 1; i < tries.size(); i++) {
            assertThat(Duration.between(tries.get(i - 1), tries.get(i)))
                    .isGreaterThanOrEqualTo(
                            RetryRules.LEAST.plusHours(hoursUntilKnown).compareTo(Duration.ofDays(2)) < 0
                                    ? RetryRules.LEAST
                                    : Duration.ofHours(hoursUntilKnown));
        }
    }

    /** The times of the tries, where each failure is known some time after its try. */
    private static List<Instant> played(String code, Duration untilKnown) {
        List<Instant> tries = new ArrayList<>();
        Instant now = FIRST;
        for (int failures = 1; failures < 20; failures++) {
            switch (RetryRules.decide(code, failures, FIRST, now)) {
                case Decision.Retry(Instant at) -> {
                    assertThat(at).isAfterOrEqualTo(now.plus(RetryRules.LEAST));
                    tries.add(at);
                    now = at.plus(untilKnown);
                }
                case Decision.Stop(String why) -> {
                    assertThat(why).isEqualTo("tries_used_up");
                    return tries;
                }
            }
        }
        throw new AssertionError("it is tried for ever");
    }
}
