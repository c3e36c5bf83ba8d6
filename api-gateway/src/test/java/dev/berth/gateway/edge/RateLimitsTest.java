package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private final TestClock clock = new TestClock(Instant.parse("2026-11-22T08:00:00Z"));
    private final RateLimits limits = new RateLimits(clock);
    private final EdgeProperties.Rate rate = new EdgeProperties.Rate(3, 2);

    @Test
    void allowsABurstAndThenTheRate() {
        for (int i = 0; i < 3; i++) {
            assertThat(limits.take("a", rate).allowed()).isTrue();
        }
        RateLimits.Verdict refused = limits.take("a", rate);
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(500));
        assertThat(refused.fullAfter()).isEqualTo(Duration.ofMillis(1500));
        clock.advance(Duration.ofMillis(499));
        assertThat(limits.take("a", rate).allowed()).isFalse();
        clock.advance(Duration.ofMillis(2));
        assertThat(limits.take("a", rate).allowed()).isTrue();
        assertThat(limits.take("b", rate).remaining()).isEqualTo(2);
    }

    @Test
    void isNeverFullerThanTheBurstAndDoesNotMindAClockThatGoesBack() {
        clock.advance(Duration.ofDays(1));
        assertThat(limits.take("a", rate).remaining()).isEqualTo(2);
        clock.set(Instant.parse("2026-11-22T07:00:00Z"));
        assertThat(limits.take("a", rate).remaining()).isEqualTo(1);
        limits.giveBack("a", rate);
        assertThat(limits.take("a", rate).remaining()).isEqualTo(1);
    }
}
