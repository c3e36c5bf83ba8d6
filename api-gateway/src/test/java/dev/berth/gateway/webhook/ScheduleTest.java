package dev.berth.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.callout.TargetAnswer.Answered;
import dev.berth.gateway.callout.TargetAnswer.Unreached;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    @Test
    void tenAttemptsTake75HoursAnd35Minutes() {
        assertThat(Schedule.ATTEMPTS).isEqualTo(10);
        assertThat(Schedule.WAITS.stream().reduce(Duration.ZERO, Duration::plus))
                .isEqualTo(Duration.ofHours(75).plusMinutes(35).plusSeconds(5));
    }

    @Property
    void eachWaitIsWithinATwentiethOfItsLength(@ForAll @IntRange(min = 1, max = 9) int failures, @ForAll long seed) {
        Duration wait = Schedule.wait(failures, null, new Random(seed)).orElseThrow();
        long millis = Schedule.WAITS.get(failures - 1).toMillis();
        assertThat(wait.toMillis()).isBetween(millis * 95 / 100, millis * 105 / 100 + 1);
    }

    @Property
    void afterTheTenthFailureThereIsNoOther(
            @ForAll @IntRange(min = 10, max = 1000) int failures,
            @ForAll @LongRange(min = 0, max = 1 << 30) long seconds) {
        assertThat(Schedule.wait(failures, Duration.ofSeconds(seconds), new Random(1)))
                .isEmpty();
    }

    @Property
    void retryAfterPutsOffAndNeverBringsForwardNorLongerThanADay(
            @ForAll @IntRange(min = 1, max = 9) int failures,
            @ForAll @LongRange(min = 0, max = 1 << 30) long seconds,
            @ForAll long seed) {
        Duration own = Schedule.wait(failures, null, new Random(seed)).orElseThrow();
        Duration wait = Schedule.wait(failures, Duration.ofSeconds(seconds), new Random(seed))
                .orElseThrow();
        Duration asked = Duration.ofSeconds(Math.min(seconds, 86_400));
        assertThat(wait).isEqualTo(own.compareTo(asked) > 0 ? own : asked);
    }

    private static Outcome of(int status, int failures, boolean test) {
        return Outcome.of(new Answered(status, "said", null), failures, test, NOW, new Random(1));
    }

    @Property
    void onlyAnAnswerOf2xxIsASuccess(
            @ForAll @IntRange(min = 100, max = 599) int status, @ForAll @IntRange(min = 0, max = 9) int failures) {
        Outcome outcome = of(status, failures, false);
        boolean taken = status >= 200 && status < 300;
        assertThat(outcome.state() == DeliveryState.SUCCEEDED).isEqualTo(taken);
        assertThat(outcome.message() == null).isEqualTo(taken);
        assertThat(outcome.gone()).isEqualTo(status == 410);
        assertThat(outcome.nextAttemptAt() != null).isEqualTo(!taken && status != 410 && failures < 9);
        assertThat(outcome.state().isPending()).isEqualTo(outcome.nextAttemptAt() != null);
    }

    @Test
    void aTestIsTriedOnceAndARedirectSaysWhatItIs() {
        assertThat(of(500, 0, true).state()).isEqualTo(DeliveryState.FAILED);
        assertThat(of(302, 0, false).message()).contains("redirects are not followed");
        Outcome unreached = Outcome.of(new Unreached("refused the connection"), 0, false, NOW, new Random(1));
        assertThat(unreached.message()).isEqualTo("refused the connection");
        assertThat(unreached.nextAttemptAt()).isBetween(NOW.plusMillis(4700), NOW.plusMillis(5300));
        assertThat(unreached.held().state()).isEqualTo(DeliveryState.HELD);
        assertThat(of(200, 3, false).held().state()).isEqualTo(DeliveryState.SUCCEEDED);
    }
}
