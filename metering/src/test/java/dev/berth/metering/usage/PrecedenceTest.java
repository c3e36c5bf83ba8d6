package dev.berth.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
    private boolean factsWait;
    private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos(); // it overflows, as nanoTime may
    private final Precedence precedence = new Precedence(() -> factsWait, () -> now);

    @Test
    void withoutABacklogNobodyWaits() {
        for (int i = 0; i < 100; i++) {
            assertThat(precedence.isOfFacts()).isFalse();
            pass(Duration.ofSeconds(30));
        }
    }

    @Test
    void factsGoFirstAsLongAsTheyWait() {
        factsWait = true;
        assertThat(precedence.isOfFacts()).isTrue();
        pass(Precedence.LONGEST_WAIT.minusMillis(1));
        assertThat(precedence.isOfFacts()).isTrue();
        factsWait = false;
        assertThat(precedence.isOfFacts()).isFalse();
        factsWait = true;
        assertThat(precedence.isOfFacts()).as("another backlog").isTrue();
    }

    @Test
    void underABacklogWithoutEndThereIsATurnEachMinute() {
        factsWait = true;
        int toldSeconds = 0;
        int longestWait = 0;
        int wait = 0;
        for (int second = 0; second < 700; second++) {
            boolean waits = precedence.isOfFacts();
            toldSeconds += waits ? 0 : 1;
            wait = waits ? wait + 1 : 0;
            longestWait = Math.max(longestWait, wait);
            pass(Duration.ofSeconds(1));
        }
        assertThat(longestWait).isEqualTo(60);
        assertThat(toldSeconds).isBetween(95, 105);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
