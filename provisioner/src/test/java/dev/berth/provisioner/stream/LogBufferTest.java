package dev.berth.provisioner.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.engine.LogLine;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogBufferTest {
    private static final Instant T = Instant.parse("2026-11-22T08:00:00Z");

    private static OutputLine line(int number) {
        return OutputLine.of("web-1", new LogLine(T, false, "line " + number));
    }

    @Test
    void aSlowReaderLosesTheOldestLinesAndIsToldHowMany() throws InterruptedException {
        LogBuffer buffer = new LogBuffer(3);
        buffer.open();
        for (int i = 1; i <= 10; i++) {
            buffer.put(line(i));
        }
        assertThat(buffer.take(Duration.ZERO, false).shown())
                .isEqualTo("… 7 lines were left out, since they were read too slowly");
        assertThat(buffer.take(Duration.ZERO, false).shown()).isEqualTo("web-1 | line 8");
        buffer.close();
        assertThat(buffer.done()).isFalse();
        buffer.take(Duration.ZERO, false);
        buffer.take(Duration.ZERO, false);
        assertThat(buffer.done()).isTrue();
    }

    @Test
    void aReaderWaitsNoLongerThanItSays() throws InterruptedException {
        LogBuffer buffer = new LogBuffer(3);
        buffer.open();
        assertThat(buffer.take(Duration.ofMillis(20), false)).isNull();
        buffer.close();
        assertThat(buffer.take(Duration.ofHours(1), false))
                .as("nobody writes any more")
                .isNull();
    }

    @Test
    void aReaderDoesNotSpinWhileNobodyWritesYet() throws InterruptedException {
        LogBuffer buffer = new LogBuffer(3);
        long begun = System.nanoTime();
        assertThat(buffer.take(Duration.ofMillis(50), true)).isNull();
        assertThat(System.nanoTime() - begun)
                .isGreaterThanOrEqualTo(Duration.ofMillis(50).toNanos());
    }
}
