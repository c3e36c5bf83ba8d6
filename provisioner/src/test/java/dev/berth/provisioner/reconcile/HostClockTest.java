package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.testing.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HostClockTest {
    private static final Instant T0 = Instant.parse("2026-11-22T08:00:00Z");

    private final TestClock ours = new TestClock(T0);
    private final HostClock clock = new HostClock(ours);

    @Test
    void showsTheHostsTimeWhenItIsAnother() {
        clock.compare(T0, T0.plusSeconds(30), T0.plusMillis(10));
        assertThat(clock.instant()).isEqualTo(T0.plusSeconds(30).minusMillis(5));
        clock.compare(T0, T0.plusMillis(40), T0.plusMillis(10));
        assertThat(clock.instant()).as("a small difference is the network's").isEqualTo(T0);
    }

    @Test
    void anAnswerThatTookLongTellsNoMoreThanThatTheTimeWasInBetween() {
        clock.compare(T0, T0.plusSeconds(9), T0.plusSeconds(10));
        assertThat(clock.ahead()).isZero();
        clock.compare(T0, T0.plusSeconds(30), T0.plusMillis(10));
        clock.compare(T0, T0.plusSeconds(33), T0.plusSeconds(10));
        assertThat(clock.ahead()).as("what was known better stays").isEqualTo(Duration.ofMillis(29_995));
        clock.compare(T0, T0.plusSeconds(60), T0.plusSeconds(10));
        assertThat(clock.ahead()).isEqualTo(Duration.ofSeconds(55));
    }

    @Test
    void noInventoryPassesAStampThatIsNotCommitted() {
        HostClock.Stamp first = clock.stamp();
        ours.advance(Duration.ofSeconds(5));
        HostClock.Stamp second = clock.stamp();
        ours.advance(Duration.ofSeconds(5));
        Instant now = ours.instant();
        assertThat(clock.settledBefore(now)).isBefore(first.time());
        first.close();
        assertThat(clock.settledBefore(now)).isBefore(second.time()).isAfter(first.time());
        second.close();
        assertThat(clock.settledBefore(now)).isEqualTo(now);
    }
}
